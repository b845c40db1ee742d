"""Verdicts, the kinds' own words for them, and what each word says in Chinese and English."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np


class Verdict(StrEnum):
    """The six words every cell ends in."""

    COMPLIANT = "compliant"
    VIOLATION = "violation"
    PENDING = "pending"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"
    EXEMPT = "exempt"


VERDICTS: tuple[Verdict, ...] = tuple(Verdict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A kind's own word. ``zh`` and ``en`` are sentences with named parameters in braces."""

    word: str
    verdict: Verdict
    zh: str
    en: str


_C, _V, _P, _U, _N, _E = VERDICTS
OUTCOMES: tuple[Outcome, ...] = (
    Outcome("not_in_force", _N, "该规则在所问之日未施行。", "The rule is not in force on the day asked."),
    Outcome("out_of_scope", _N, "不属于本条适用范围。", "The article does not apply to this subject."),
    Outcome(
        "scope_unknown",
        _U,
        "是否适用无法判断，缺少：{lacking}。",
        "Whether the article applies cannot be told; lacking: {lacking}.",
    ),
    Outcome("exempt", _E, "符合豁免条件。", "An exemption applies."),
    Outcome(
        "conflict",
        _U,
        "同时适用两种参数而无合并规则，规则停止，交人工判断。",
        "Two cases apply and nothing says how they combine: the rule stops; a person decides.",
    ),
    Outcome("no_parameter", _U, "当日没有适用的参数。", "No case of the parameter applies on this day."),
    Outcome(
        "configuration_invalid",
        _V,
        "单位自设参数 {tenant} 宽于法定 {required}，配置无效。",
        "The tenant's own bound {tenant} is laxer than the law's {required}: the configuration is void.",
    ),
    Outcome("missing", _U, "缺少证据：{lacking}。", "Evidence is missing: {lacking}."),
    Outcome("stale", _U, "证据已过期：{lacking}。", "Evidence is too old: {lacking}."),
    Outcome("future", _U, "证据时间在所问时刻之后：{lacking}。", "Evidence lies in the future: {lacking}."),
    Outcome("contradictory", _U, "证据互相矛盾：{lacking}。", "Evidence contradicts itself: {lacking}."),
    Outcome("implausible", _U, "证据数值不可信：{lacking}。", "Evidence is implausible: {lacking}."),
    Outcome("unreviewed", _U, "证据未经审核：{lacking}。", "Evidence is not reviewed: {lacking}."),
    Outcome(
        "coverage",
        _U,
        "只有 {share} 的对象有新鲜证据，要求 {coverage}。",
        "Only {share} of the parts have fresh evidence; {coverage} is required.",
    ),
    # threshold and rate
    Outcome(
        "met",
        _C,
        "实测 {measured}{unit}，要求{bound} {required}{unit}。",
        "Measured {measured} {unit_en}; required {bound_en} {required} {unit_en}.",
    ),
    Outcome(
        "short",
        _V,
        "实测 {measured}{unit}，低于要求的 {required}{unit}。",
        "Measured {measured} {unit_en}, below the required {required} {unit_en}.",
    ),
    Outcome(
        "exceeded",
        _V,
        "实测 {measured}{unit}，高于允许的 {required}{unit}。",
        "Measured {measured} {unit_en}, above the permitted {required} {unit_en}.",
    ),
    # window
    Outcome(
        "admissible",
        _C,
        "于 {done} 提出，在期限 {opens} 至 {closes} 之内。",
        "Filed on {done}, inside the window {opens} to {closes}.",
    ),
    Outcome(
        "inadmissible_early",
        _V,
        "于 {done} 提出，早于期限首日 {opens}。",
        "Filed on {done}, before the window opens on {opens}.",
    ),
    Outcome(
        "inadmissible_late",
        _V,
        "于 {done} 提出，晚于期限末日 {closes}，不予受理。",
        "Filed on {done}, after the window closed on {closes}: not to be accepted.",
    ),
    Outcome(
        "pending", _P, "尚未提出，期限自 {opens} 起至 {closes}。", "Not filed; the window opens on {opens}."
    ),
    Outcome(
        "open",
        _P,
        "期限已开始，尚未提出，末日 {closes}。",
        "The window is open, nothing filed; it closes on {closes}.",
    ),
    Outcome(
        "lapsed",
        _N,
        "期限已于 {closes} 结束，未提出。",
        "The window closed on {closes} unused; it no longer binds.",
    ),
    # deadline
    Outcome("not_started", _N, "期限尚未开始。", "The period has not begun."),
    Outcome(
        "in_time",
        _C,
        "于 {done} 完成，期限 {due}。",
        "Done on {done}; due on {due}.",
    ),
    Outcome("done_late", _V, "于 {done} 完成，迟于期限 {due}。", "Done on {done}, after the due day {due}."),
    Outcome("running", _P, "期限进行中，末日 {due}。", "The period runs; due on {due}."),
    Outcome("paused", _P, "期限中止。", "The clock is stopped."),
    Outcome("overdue", _V, "已逾期，期限为 {due}。", "Overdue: it was due on {due}."),
    Outcome("current", _C, "最近一次 {start}，下一次最迟 {due}。", "Last done on {start}; next by {due}."),
    # sequence
    Outcome("in_order", _C, "各步骤齐全、顺序正确。", "All steps are there and in order."),
    Outcome("under_way", _P, "进行中，至今顺序正确。", "Under way, in order so far."),
    Outcome(
        "out_of_order", _V, "步骤缺失或顺序颠倒：{lacking}。", "A step is missing or too late: {lacking}."
    ),
    # presence, prohibition
    Outcome("present", _C, "要求的事项具备。", "What is required is there."),
    Outcome("absent", _V, "缺少：{lacking}。", "Not there: {lacking}."),
    Outcome("none_found", _C, "有新鲜证据表明未见禁止情形。", "Fresh evidence shows nothing forbidden."),
    Outcome("found", _V, "存在禁止情形：{lacking}。", "Something forbidden was found: {lacking}."),
    # authorization
    Outcome("permitted", _C, "有权进行：{row}。", "Permitted: {row_en}."),
    Outcome("forbidden", _V, "不得进行：{row}。", "Not permitted: {row_en}."),
    Outcome("approval_missing", _V, "缺少前提：{row}。", "A precondition is missing: {row_en}."),
    Outcome("no_row", _V, "没有任何条款允许该主体进行该行为。", "No provision lets this party do this."),
    # quorum
    Outcome(
        "quorate", _C, "人数 {measured}，要求不少于 {required}。", "{measured} present; {required} needed."
    ),
    Outcome(
        "inquorate",
        _V,
        "人数 {measured}，少于要求的 {required}，或手续不全：{lacking}。",
        "{measured} present, {required} needed, or a formality is missing: {lacking}.",
    ),
    # level
    Outcome(
        "sufficient", _C, "等级 {measured} 符合要求的 {required}。", "Grade {measured} meets {required}."
    ),
    Outcome(
        "insufficient",
        _V,
        "等级 {measured} 未达到要求的 {required}。",
        "Grade {measured} does not reach {required}.",
    ),
    Outcome(
        "first_too_high", _V, "初次只能申领 {required} 级。", "A first licence can only be grade {required}."
    ),
    Outcome("step_too_big", _V, "只能逐级晋级。", "Only one step at a time is permitted."),
    Outcome("too_early", _V, "持证未满规定时间，{due} 起方可晋级。", "Held too briefly; from {due} on."),
)
CODE: dict[str, np.int8] = {outcome.word: np.int8(code) for code, outcome in enumerate(OUTCOMES)}
"""Outcome word to its number in columns. Numbers are of one engine version and are never stored."""
VERDICT_OF: tuple[int, ...] = tuple(VERDICTS.index(outcome.verdict) for outcome in OUTCOMES)
"""Number of the verdict for each number of an outcome."""
