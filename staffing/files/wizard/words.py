"""What columns are called out there, in English and Chinese."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

HISTORY: Mapping[str, tuple[str, ...]] = {
    "start": (
        *("start", "interval start", "start time", "interval", "datetime", "date time", "timestamp", "period"),
        *("period start", "start of interval", "begin", "interval begin", "date and time"),
        *("开始时间", "时段开始", "时段", "日期时间", "起始时间", "统计时间", "时间段", "区间"),
    ),
    "date": ("date", "day", "calendar date", "report date", "日期", "统计日期", "天", "日"),
    "time": ("time", "time of day", "half hour", "hour", "clock", "from", "时间", "时刻", "小时", "时点"),
    "queue": (
        *("queue", "queue name", "skill", "skill group", "split", "split skill", "group", "call type", "service"),
        *("line", "contact type", "media queue", "vdn", "acd group", "channel"),
        *("队列", "队列名称", "技能组", "技能", "业务", "业务类型", "渠道", "热线", "组别"),
    ),
    "offered": (
        *("offered", "calls offered", "contacts offered", "contacts", "calls", "volume", "acd calls offered"),
        *("inbound calls", "incoming calls", "received", "calls received", "interactions", "tickets", "chats"),
        *("number of calls", "count", "n offered", "offer", "call volume", "contact volume"),
        *(
            "进线量",
            "来电量",
            "呼入量",
            "话务量",
            "呼入总量",
            "进线",
            "来电数",
            "接入量",
            "请求量",
            "会话量",
            "工单量",
            "数量",
        ),
        *("总量", "咨询量"),
    ),
    "handled": (
        *("handled", "answered", "calls answered", "calls handled", "acd calls", "contacts handled", "n answered"),
        *("接起量", "应答量", "接通量", "处理量", "接听量", "接待量", "人工接起量"),
    ),
    "abandoned": (
        *("abandoned", "abandons", "calls abandoned", "aban calls", "lost", "lost calls", "n abandoned"),
        *("放弃量", "呼损量", "呼损", "放弃", "挂断量", "流失量"),
    ),
    "aht_s": (
        *("aht", "average handle time", "avg handle time", "handle time", "avg handling time", "aht s", "aht sec"),
        *("average handling time", "mean handle time", "t handle", "average handle", "avg handle"),
        *("平均处理时长", "平均处理时间", "处理时长", "平均通话处理时长", "平均通话时长"),
    ),
    "wait_s": (
        *("asa", "average speed of answer", "wait", "avg wait", "average wait", "avg wait time", "wait s"),
        *("average wait time", "speed of answer", "avg speed ans"),
        *("平均等待时长", "平均等待时间", "等待时长", "平均应答速度", "平均应答时长"),
    ),
    "within_target": (
        *("within target", "answered within", "within sl", "within service level", "in service level", "acceptable"),
        *("达标量", "服务水平内接起量", "时限内接起量"),
    ),
}
PEOPLE: Mapping[str, tuple[str, ...]] = {
    "agent": (
        *("agent", "agent id", "id", "employee id", "employee number", "staff id", "login", "login id", "user"),
        *("user id", "personnel number", "employee no", "agent number", "emp id", "number"),
        *("工号", "员工编号", "员工号", "坐席工号", "编号", "人员编号", "客服工号", "坐席"),
    ),
    "name": (
        *("name", "agent name", "full name", "employee", "employee name", "display name", "staff name"),
        *("姓名", "员工姓名", "名字", "坐席姓名", "客服姓名"),
    ),
    "team": ("team", "team name", "department", "unit", "site", "班组", "团队", "组", "小组", "部门", "组别"),
    "role": ("role", "position", "job", "job title", "title", "岗位", "角色", "职位", "职务"),
    "contract": (
        "contract",
        "contract type",
        "employment type",
        "employment",
        "合同",
        "合同类型",
        "用工类型",
        "用工性质",
    ),
    "weekly_hours": (
        *("weekly hours", "hours per week", "hours week", "contract hours", "contracted hours", "hours", "week hours"),
        *("周工时", "每周工时", "每周小时", "周小时数", "合同工时", "工时"),
    ),
    "skills": (
        *("skills", "skill", "queues", "queue", "skill set", "languages", "competencies"),
        *("技能", "技能组", "队列", "业务技能", "可接业务"),
    ),
    "primary": ("primary", "primary skill", "main skill", "main queue", "主技能", "主要技能", "主队列"),
    "cost_per_h": (
        *("cost per hour", "hourly cost", "hourly wage", "wage", "rate", "hourly rate", "pay rate", "cost per h"),
        *("时薪", "小时工资", "每小时成本", "小时成本"),
    ),
    "start_date": (
        *("start date", "hire date", "hired", "joined", "entry date", "date of joining"),
        *("入职日期", "入职时间", "开始日期", "到岗日期"),
    ),
    "end_date": (
        *("end date", "leaving date", "termination date", "last day", "exit date"),
        *("离职日期", "结束日期", "离职时间"),
    ),
    "seniority": ("seniority", "years of service", "tenure", "工龄", "司龄", "年资"),
}
QUEUES: Mapping[str, tuple[str, ...]] = {
    "queue": HISTORY["queue"],
    "channel": ("channel", "media", "media type", "type", "渠道", "媒体", "媒体类型", "类型"),
    "service_level": (
        *("service level", "sl", "target", "service level target", "sl target", "share answered", "goal"),
        *("服务水平", "服务水平目标", "目标", "接通率目标", "达标率"),
    ),
    "answer_within_s": (
        *("answer within", "within", "threshold", "sl threshold", "seconds", "answer within s", "target seconds"),
        *("应答时限", "时限", "应答秒数", "响应时限", "秒"),
    ),
    "deadline": (
        "deadline",
        "due",
        "resolve within",
        "reply within",
        "turnaround",
        "时效",
        "处理时限",
        "截止",
        "回复时限",
    ),
    "patience_s": ("patience", "patience s", "avg time to abandon", "time to abandon", "耐心", "平均放弃时长"),
    "mon_fri": (
        "mon fri",
        "monday friday",
        "monday to friday",
        "weekdays",
        "weekday",
        "workdays",
        "周一至周五",
        "工作日",
    ),
    "sat": ("sat", "saturday", "周六", "星期六"),
    "sun": ("sun", "sunday", "周日", "星期日", "星期天"),
    "holiday": ("holiday", "holidays", "public holidays", "节假日", "法定假日", "假日"),
    "hours": ("hours", "opening hours", "open", "service hours", "营业时间", "服务时间", "开放时间"),
}
KINDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {"history": HISTORY, "people": PEOPLE, "queues": QUEUES}

CHANNELS: Mapping[str, tuple[str, ...]] = {
    "chat": (
        "chat",
        "webchat",
        "messaging",
        "wecom",
        "whatsapp",
        "dingtalk",
        "im",
        "在线",
        "聊天",
        "企业微信",
        "钉钉",
        "会话",
    ),
    "video": ("video", "视频"),
    "email": ("email", "mail", "e mail", "inbox", "邮件", "邮箱"),
    "ticket": ("ticket", "tickets", "case", "cases", "工单"),
    "social": ("social", "facebook", "twitter", "weibo", "微博", "社交"),
    "callback": ("callback", "call back", "回电"),
    "outbound": ("outbound", "dialer", "外呼", "回访"),
    "backoffice": ("backoffice", "back office", "admin", "processing", "后台"),
    "phone": ("phone", "call", "calls", "voice", "hotline", "telephone", "电话", "热线", "语音"),
}
"""Words in a queue's name, or in a column of channels, that tell the channel."""

_UNIT = re.compile(r"[\(\[（【].*?[\)\]）】]")


def folded(header: str) -> str:
    """A header without case, units in brackets, width of letters and punctuation.

    Examples
    --------
    >>> folded("Avg_Handle-Time (sec)"), folded("平均处理时长（秒）")
    ('avg handle time', '平均处理时长')
    """
    text = unicodedata.normalize("NFKC", _UNIT.sub(" ", header)).casefold()
    text = re.sub(r"(?<=[a-z])(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])(?=[a-z])", " ", text)
    return " ".join(re.findall(r"\w+", text.replace("_", " ")))


_ALL = frozenset(folded(word) for kind in KINDS.values() for words in kind.values() for word in words)
_ALL_ROLES = frozenset(folded(role) for kind in KINDS.values() for role in kind)


def known_words(cells: Iterable[str]) -> int:
    """How many of the cells are names of columns as this module knows them."""
    return sum(folded(cell) in _ALL or folded(cell) in _ALL_ROLES for cell in cells if cell)
