"""Who signs in to the demo. The password is drawn when the demo is loaded: no two installations share it."""

import base64
import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from jifang.project.config import Config
from jifang.project.keys import directory, write_private


@dataclass(frozen=True, slots=True)
class Login:
    """One demo account: where its grant lies and what it is there to show."""

    username: str
    name: str
    role: str
    body: str
    region: str = ""
    may_export: bool = False
    note: str = ""
    note_en: str = ""
    totp: str = ""


#: ``region`` grants the role over a region, otherwise it is held over the body's own subtree.
LOGINS = (
    Login(
        "duty",
        "陈夜明",
        "duty_operator",
        "centre",
        note="联网报警服务中心 · 值班",
        note_en="Alarm centre, on duty",
    ),
    Login(
        "duty2",
        "林晓星",
        "duty_operator",
        "centre",
        note="联网报警服务中心 · 值班",
        note_en="Alarm centre, on duty",
    ),
    Login(
        "supervisor",
        "周守正",
        "duty_supervisor",
        "centre",
        note="联网报警服务中心 · 班长",
        note_en="Alarm centre, shift supervisor",
    ),
    Login(
        "service",
        "郭海涛",
        "service_operator",
        "centre",
        note="联网报警服务中心 · 运营",
        note_en="Alarm centre, service",
    ),
    Login(
        "manager",
        "何文博",
        "unit_manager",
        "bank_branch-chain-0",
        note="云河商业银行 · 单位管理员",
        note_en="Yunhe Commercial Bank, unit manager",
    ),
    Login(
        "contractor",
        "罗建国",
        "contractor",
        "c1",
        note="云河安防工程 · 从业单位",
        note_en="Yunhe Security Engineering, contractor",
    ),
    Login(
        "officer",
        "李国华",
        "authority_officer",
        "psb",
        region="449800",
        note="市公安局技防办 · 民警",
        note_en="City technical-prevention office, officer",
    ),
    Login(
        "reviewer",
        "赵敏",
        "authority_reviewer",
        "psb",
        region="449800",
        note="市公安局技防办 · 审核",
        note_en="City technical-prevention office, reviewer",
    ),
    Login(
        "head",
        "黄志强",
        "authority_head",
        "psb",
        region="449800",
        may_export=True,
        note="市公安局技防办 · 负责人",
        note_en="City technical-prevention office, head",
    ),
    Login("auditor", "徐静", "auditor", "psb", region="449800", note="督察审计", note_en="Auditor"),
    Login(
        "admin",
        "胡磊",
        "system_administrator",
        "psb",
        region="449800",
        note="系统管理员",
        note_en="System administrator",
    ),
)
_NEEDS_SECOND_FACTOR = {
    "authority_officer",
    "authority_reviewer",
    "authority_head",
    "auditor",
    "system_administrator",
}


def make(config: Config) -> tuple[str, tuple[Login, ...]]:
    """Draw the password and the second factors, and keep them beside the other secrets (0600)."""
    password = f"yunhe-{secrets.randbelow(9000) + 1000}-{secrets.randbelow(9000) + 1000}"
    accounts = tuple(
        Login(**{**asdict(login), "totp": base64.b32encode(secrets.token_bytes(20)).decode()})
        if login.role in _NEEDS_SECOND_FACTOR
        else login
        for login in LOGINS
    )
    content = {"password": password, "accounts": [asdict(login) for login in accounts]}
    write_private(_file(config), json.dumps(content, ensure_ascii=False, indent=1).encode())
    return password, accounts


def logins(config: Config) -> tuple[str, tuple[Login, ...]]:
    """The password and the accounts of the loaded demo; an empty password when there is none."""
    try:
        content = json.loads(_file(config).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return "", ()
    return content["password"], tuple(Login(**account) for account in content["accounts"])


def _file(config: Config) -> Path:
    return directory(config.keys) / "demo.json"
