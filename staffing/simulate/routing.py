"""Who may take what, in which order: one table, so that another policy is another table."""

import numpy as np

from staffing.domain.arrays import IntArray
from staffing.domain.queue import VOICE, Queue

NEVER = -1


def resumable(queue: Queue) -> bool:
    """Whether work begun may be laid down: deferred work that is no conversation."""
    return queue.has_deadline and queue.channel not in VOICE


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
            related = queue.family == assigned.family
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


def spares(queues: tuple[Queue, ...]) -> IntArray:
    """Order in which spare agents assigned to an answer queue (rows) look at blended deadline queues; -1 never.

    Conversations cannot be laid down for a caller and are not among it, nor is work that everybody takes at once
    (`extra_urgent`).

    Examples
    --------
    >>> from staffing.domain.queue import AnswerTarget, Channel, DeadlineTarget, DeadlineUnit, Queue
    >>> mail = Queue("mail", Channel.EMAIL, DeadlineTarget(1, DeadlineUnit.WORKING_DAYS), blended=True)
    >>> spares((Queue("phone", Channel.PHONE, AnswerTarget(0.8, 20)), mail)).tolist()
    [[-1, 0], [-1, -1]]
    """
    levels = sorted({queue.priority for queue in queues}, reverse=True)
    order = [
        levels.index(queue.priority)
        if queue.blended and resumable(queue) and queue.urgency != "extra_urgent"
        else NEVER
        for queue in queues
    ]
    answers = np.array([not queue.has_deadline for queue in queues])
    return np.where(answers[:, np.newaxis], np.array(order, dtype=np.int64), NEVER)
