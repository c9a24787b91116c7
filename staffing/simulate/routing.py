"""Who may take what, in which order: one table, so that another policy is another table."""

import numpy as np

from staffing.domain.arrays import IntArray
from staffing.domain.queue import Channel, Queue

NEVER = -1
_TEXT = (Channel.CHAT, Channel.SOCIAL)
_VOICE = (Channel.PHONE, Channel.VIDEO, Channel.CALLBACK, Channel.OUTBOUND)


def family(queue: Queue) -> str:
    """Queues of one family share their agents: ``voice``, ``text``, ``deferred`` (deadline queues) or ``other``."""
    if queue.has_deadline:
        return "deferred"
    if queue.channel in _VOICE:
        return "voice"
    return "text" if queue.channel in _TEXT else "other"


def resumable(queue: Queue) -> bool:
    """Whether work begun may be laid down: deferred work that is no conversation."""
    return queue.has_deadline and queue.channel not in _VOICE


def ranks(queues: tuple[Queue, ...], *, share_deferred: bool = False) -> IntArray:
    """Order in which an agent assigned to a queue (rows) looks at the queues (columns); -1 never.

    Queues of the urgency ``extra_urgent`` come first, whatever the agent is assigned to, then the
    ``urgent`` ones of the agent's family, then the assigned queue, then the other queues of the
    family; within each class the highest priority first. Equal ranks: the longest waiting contact.

    Parameters
    ----------
    share_deferred
        Whether an agent assigned to a deadline queue with nothing to do takes from other deadline
        queues; otherwise deferred work that is not urgent is done only by those assigned to it.

    Examples
    --------
    >>> from staffing.domain.queue import AnswerTarget, Channel, Queue
    >>> target = AnswerTarget(0.8, 20)
    >>> phone, vip = Queue("phone", Channel.PHONE, target), Queue("vip", Channel.PHONE, target, priority=5)
    >>> ranks((phone, vip, Queue("chat", Channel.CHAT, target))).tolist()
    [[5, 6, -1], [7, 4, -1], [-1, -1, 5]]
    """
    levels = sorted({queue.priority for queue in queues}, reverse=True)
    table = np.full((len(queues), len(queues)), NEVER, dtype=np.int64)
    for row, assigned in enumerate(queues):
        for column, queue in enumerate(queues):
            related = family(queue) == family(assigned)
            if queue.urgency == "extra_urgent":
                group = 0
            elif queue.urgency == "urgent" and related:
                group = 1
            elif row == column:
                group = 2
            elif related and (share_deferred or not queue.has_deadline):
                group = 3
            else:
                continue
            table[row, column] = group * len(levels) + levels.index(queue.priority)
    return table
