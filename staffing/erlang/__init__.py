"""From volume to agents: Erlang B, C and A, chat, deferred work, shrinkage.

`require_agents` is the planning step; the rest are array functions that broadcast.
"""

from staffing.erlang.chat import ChatPool, chat_abandon_rate, chat_service_level
from staffing.erlang.formulas import (
    abandon_rate,
    average_speed_of_answer,
    erlang_b,
    erlang_c,
    mean_wait,
    occupancy,
    queue_length,
    service_level,
    waiting_probability,
)
from staffing.erlang.inverse import required_agents, required_chat_agents
from staffing.erlang.requirement import require_agents
from staffing.erlang.shrinkage import gross_agents, presence_probability, round_up

__all__ = [
    "ChatPool",
    "abandon_rate",
    "average_speed_of_answer",
    "chat_abandon_rate",
    "chat_service_level",
    "erlang_b",
    "erlang_c",
    "gross_agents",
    "mean_wait",
    "occupancy",
    "presence_probability",
    "queue_length",
    "require_agents",
    "required_agents",
    "required_chat_agents",
    "round_up",
    "service_level",
    "waiting_probability",
]
