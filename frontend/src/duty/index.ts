/** The duty room: live queue, card, sounds, the console's sign of life. */

import "./duty.css";
import { DutyRoom } from "./room.ts";

customElements.define("j-duty", DutyRoom);
