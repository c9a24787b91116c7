"""The same floor, told the slow way: lists, searches and sorts, no shared line with the kernel."""

import math
from dataclasses import dataclass, field

from staffing.simulate.floor import Contacts, Duty, Skills


@dataclass(eq=False)
class Contact:
    number: int
    queue: int
    left_s: float
    leaves_s: float
    begun_s: float = math.nan
    done_s: float = math.nan


@dataclass(eq=False)
class Person:
    number: int
    assigned: int | None = None
    idle_since: float = 0.0
    hands: list[Contact] = field(default_factory=list)


class Oracle:
    """Play contacts and duties event by event; `played` gives (begun, done) by contact."""

    def __init__(self, contacts: Contacts, duty: Duty, skills: Skills, end_s: float) -> None:
        self.skills, self.end_s, self.now = skills, end_s, 0.0
        self.people = [Person(number) for number in range(len(skills.proficiency))]
        self.contacts = [
            Contact(i, int(contacts.queue[i]), float(contacts.work_s[i]), float(contacts.leaves_s[i]))
            for i in range(len(contacts.queue))
        ]
        self.waiting: list[Contact] = []
        self.todo = [(float(at), 0, i) for i, at in enumerate(duty.at_s)]
        self.todo += [(float(at), 2, i) for i, at in enumerate(contacts.arrival_s)]
        self.todo.sort()
        self.duty = duty

    def played(self) -> list[tuple[float, float]]:
        while True:
            ending = [(self.rest_s(p, c), p.number, i) for p in self.people for i, c in enumerate(p.hands)]
            rest_s, number, place = min(ending, default=(math.inf, 0, 0))
            event = self.todo[0] if self.todo else (math.inf, 0, 0)
            if min(self.now + rest_s, event[0]) >= self.end_s:
                return [(c.begun_s, c.done_s) for c in self.contacts]
            if (event[1] == 0 and event[0] <= self.now + rest_s) or event[0] < self.now + rest_s:
                self.pass_time(event[0])
                self.todo.pop(0)
                if event[1] == 0:
                    self.change(self.people[self.duty.agent[event[2]]], int(self.duty.queue[event[2]]))
                else:
                    self.waiting.append(self.contacts[event[2]])
                    self.offer(self.contacts[event[2]])
            else:
                self.pass_time(self.now + rest_s)
                person = self.people[number]
                person.hands.pop(place).done_s = self.now
                self.idle(person)
                self.take(person)

    def speed(self, person: Person, contact: Contact) -> float:
        slower = 1 + self.skills.slowdown[contact.queue] * (len(person.hands) - 1)
        return float(self.skills.proficiency[person.number, contact.queue] / slower)

    def rest_s(self, person: Person, contact: Contact) -> float:
        return max(0.0, contact.left_s) / self.speed(person, contact)

    def pass_time(self, moment_s: float) -> None:
        for person in self.people:
            for contact in person.hands:
                contact.left_s -= (moment_s - self.now) * self.speed(person, contact)
        self.now = moment_s
        self.waiting = [c for c in self.waiting if c.leaves_s >= self.now]

    def idle(self, person: Person) -> None:
        person.idle_since = self.now

    def can_take(self, person: Person, queue: int) -> bool:
        if person.assigned is None or self.skills.rank[person.assigned, queue] < 0:
            return False
        limits = [self.skills.max_parallel[c.queue] for c in person.hands] + [self.skills.max_parallel[queue]]
        return len(person.hands) < min(limits) and self.skills.proficiency[person.number, queue] > 0

    def offer(self, contact: Contact) -> None:
        able = [p for p in self.people if self.can_take(p, contact.queue)]
        if able:
            best = min(able, key=lambda p: (p.assigned != contact.queue, len(p.hands), p.idle_since, p.number))
            self.hand(best, contact)

    def take(self, person: Person) -> None:
        while able := [c for c in self.waiting if self.can_take(person, c.queue)]:
            best = min(able, key=lambda c: (self.skills.rank[person.assigned, c.queue], c.number))
            self.hand(person, best)

    def hand(self, person: Person, contact: Contact) -> None:
        self.waiting.remove(contact)
        person.hands.append(contact)
        if math.isnan(contact.begun_s):
            contact.begun_s = self.now
        self.idle(person)

    def change(self, person: Person, queue: int) -> None:
        person.assigned = None if queue < 0 else queue
        for contact in [c for c in person.hands if c.left_s <= 1e-6]:
            person.hands.remove(contact)
            contact.done_s = self.now
        laid_down = [c for c in person.hands if self.skills.resumable[c.queue] and c.queue != queue]
        person.hands = [c for c in person.hands if c not in laid_down]
        self.waiting += laid_down
        self.idle(person)
        self.take(person)
        for contact in laid_down:
            if contact in self.waiting:
                self.offer(contact)
