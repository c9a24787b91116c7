"""From volume to agents: Erlang B, C and A, chat, deferred work, shrinkage.

`require_agents` is the planning step; the rest are array functions that broadcast.
"""

from staffing.erlang.backlog import CarriedService, carried_service
from staffing.erlang.carry import carried_volume, kept_answer_time, longest_aht
from staffing.erlang.chat import ChatPool, chat_abandon_rate, chat_service_level
from staffing.erlang.formulas import (
    abandon_rate,
    average_speed_of_answer,
    balk_rate,
    blocking_probability,
    erlang_b,
    erlang_c,
    lost_rate,
    mean_wait,
    occupancy,
    queue_length,
    service_level,
    waiting_probability,
)
from staffing.erlang.inverse import required_agents, required_chat_agents, required_lines, required_trunks
from staffing.erlang.patience import PatienceEstimate, estimate_patience, implied_patience, patience_from_history
from staffing.erlang.redials import with_redials
from staffing.erlang.requirement import require_agents
from staffing.erlang.shrinkage import gross_agents, headcount, lost_share, presence_probability, round_up

__all__ = [
    "CarriedService",
    "ChatPool",
    "PatienceEstimate",
    "abandon_rate",
    "average_speed_of_answer",
    "balk_rate",
    "blocking_probability",
    "carried_service",
    "carried_volume",
    "chat_abandon_rate",
    "chat_service_level",
    "erlang_b",
    "erlang_c",
    "estimate_patience",
    "gross_agents",
    "headcount",
    "implied_patience",
    "kept_answer_time",
    "longest_aht",
    "lost_rate",
    "lost_share",
    "mean_wait",
    "occupancy",
    "patience_from_history",
    "presence_probability",
    "queue_length",
    "require_agents",
    "required_agents",
    "required_chat_agents",
    "required_lines",
    "required_trunks",
    "round_up",
    "service_level",
    "waiting_probability",
    "with_redials",
]
