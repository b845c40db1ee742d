/** What every page loads: the design system, time, keys, tables, dialogs, fragments. */

import "../styles/index.css";
import { installToasts } from "./announce.ts";
import { installAppearance } from "./appearance.ts";
import { installChoices } from "./choices.ts";
import { installCopy, installPrint } from "./copy.ts";
import { installDialogs } from "./dialogs.ts";
import { installFragments } from "./fragments.ts";
import { installKeys } from "./keys.ts";
import { installOffline } from "./offline.ts";
import { defineTable } from "./table.ts";
import { defineTime } from "./time.ts";

installFragments();
defineTime();
defineTable();
installKeys();
installDialogs();
installAppearance();
installToasts();
installChoices();
installCopy();
installPrint();
installOffline();
