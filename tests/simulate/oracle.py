"""The same floor, told the slow way: lists, searches and sorts, no shared line with the kernel."""

import math
from dataclasses import dataclass, field

from staffing.simulate.floor import Contacts, Duty, Skills


@dataclass(eq=False)
class Contact:
    number: int
    queue: int
    left_s: float
    patience_s: float
    balks: bool = False
    follow: int = -1
    after_s: float = 0.0
    arrived_s: float = math.nan
    begun_s: float = math.nan
    done_s: float = math.nan
    fate: str = ""

    @property
    def order(self) -> tuple[float, int]:
        return self.arrived_s, self.number


@dataclass(eq=False)
class Person:
    number: int
    assigned: int | None = None
    idle_since: float = 0.0
    hands: list[Contact] = field(default_factory=list)


class Oracle:
    """Play contacts and duties event by event; `played` gives (arrived, begun, done) by attempt."""

    def __init__(self, contacts: Contacts, duty: Duty, skills: Skills, end_s: float) -> None:
        self.skills, self.end_s, self.now = skills, end_s, 0.0
        self.people = [Person(number) for number in range(len(skills.proficiency))]
        fresh = len(contacts.arrival_s)
        self.contacts = []
        for i in range(len(contacts.queue)):
            contact = Contact(i, int(contacts.queue[i]), float(contacts.work_s[i]), float(contacts.patience_s[i]))
            contact.balks = bool(contacts.balks[i]) if len(contacts.balks) else False
            contact.follow = int(contacts.follow[i]) if len(contacts.follow) else -1
            contact.after_s = float(contacts.after_s[i - fresh]) if i >= fresh else 0.0
            self.contacts.append(contact)
        self.waiting: list[Contact] = []
        self.todo = [(float(at), 0, i) for i, at in enumerate(duty.at_s)]
        self.todo += [(float(at), 2, i) for i, at in enumerate(contacts.arrival_s)]
        self.duty = duty

    def played(self) -> list[tuple[float, float, float]]:
        while True:
            ending = [(self.rest_s(p, c), p.number, i) for p in self.people for i, c in enumerate(p.hands)]
            rest_s, number, place = min(ending, default=(math.inf, 0, 0))
            leaving = [(c.arrived_s + c.patience_s, 4, c.number) for c in self.waiting if math.isnan(c.begun_s)]
            event = min(self.todo + leaving, default=(math.inf, 0, 0))
            if min(self.now + rest_s, event[0]) >= self.end_s:
                return [(c.arrived_s, c.begun_s, c.done_s) for c in self.contacts]
            if (event[1] == 0 and event[0] <= self.now + rest_s) or event[0] < self.now + rest_s:
                self.pass_time(event[0])
                if event[1] == 4:
                    self.waiting.remove(self.contacts[event[2]])
                    self.lose(self.contacts[event[2]], "gone")
                    continue
                self.todo.remove(event)
                if event[1] == 0:
                    self.change(self.people[self.duty.agent[event[2]]], int(self.duty.queue[event[2]]))
                else:
                    self.arrive(self.contacts[event[2]])
            else:
                self.pass_time(self.now + rest_s)
                person = self.people[number]
                person.hands.pop(place).done_s = self.now
                person.idle_since = self.now
                self.take(person)
            self.use_spare_people()

    def speed(self, person: Person, contact: Contact) -> float:
        slower = self.skills.factors[contact.queue, len(person.hands) - 1]
        return float(self.skills.proficiency[person.number, contact.queue] / slower)

    def rest_s(self, person: Person, contact: Contact) -> float:
        return max(0.0, contact.left_s) / self.speed(person, contact)

    def pass_time(self, moment_s: float) -> None:
        for person in self.people:
            for contact in person.hands:
                contact.left_s -= (moment_s - self.now) * self.speed(person, contact)
        self.now = moment_s

    def arrive(self, contact: Contact) -> None:
        contact.arrived_s = self.now
        lines = self.skills.lines[contact.queue]
        inside = [c for c in self.waiting if c.queue == contact.queue]
        inside += [c for p in self.people for c in p.hands if c.queue == contact.queue]
        if 0 <= lines <= len(inside):
            self.lose(contact, "blocked")
            return
        self.waiting.append(contact)
        if not self.offer(contact) and not self.interrupt_for(contact) and contact.balks:
            self.waiting.remove(contact)
            self.lose(contact, "balked")

    def lose(self, contact: Contact, fate: str) -> None:
        contact.fate = fate
        if contact.follow >= 0:
            again = self.contacts[contact.follow]
            self.todo.append((self.now + again.after_s, 3, again.number))

    def can_take(self, person: Person, queue: int) -> bool:
        if person.assigned is None or self.skills.rank[person.assigned, queue] < 0:
            return False
        limits = [self.skills.max_parallel[c.queue] for c in person.hands] + [self.skills.max_parallel[queue]]
        return len(person.hands) < min(limits) and self.skills.proficiency[person.number, queue] > 0

    def preference(self, person: Person, queue: int) -> tuple[float, float, int]:
        by_rule = [
            0.0,
            float(sum(self.skills.proficiency[person.number] > 0)),
            -self.skills.proficiency[person.number, queue],
        ]
        return by_rule[self.skills.routing[queue]], person.idle_since, person.number

    def offer(self, contact: Contact) -> bool:
        """Whether a free or a spare agent has taken it."""
        queue = contact.queue
        able = [p for p in self.people if self.can_take(p, queue)]
        if able:
            self.hand(min(able, key=lambda p: (p.assigned != queue, len(p.hands), *self.preference(p, queue))), contact)
            return True
        spare = [p for p in self.people if self.is_spare(p, queue)]
        if spare:
            self.hand(min(spare, key=lambda p: self.preference(p, queue)), contact)
        return bool(spare)

    def is_spare(self, person: Person, queue: int) -> bool:
        if person.assigned is None or person.hands or self.skills.spare[person.assigned, queue] < 0:
            return False
        colleagues = [p for p in self.people if p.assigned == person.assigned]
        idle = sum(not p.hands for p in colleagues)
        return bool(
            idle > round(0.5 * math.sqrt(len(colleagues))) and self.skills.proficiency[person.number, queue] > 0
        )

    def interrupt_for(self, contact: Contact) -> bool:
        """Whether somebody lays down work for spare agents and takes the contact."""
        queue, skills = contact.queue, self.skills
        able = []
        for person in self.people:
            if person.assigned is None or len(person.hands) != 1 or skills.rank[person.assigned, queue] < 0:
                continue
            other = person.hands[0].queue
            blended = other != person.assigned and skills.spare[person.assigned, other] >= 0 and skills.resumable[other]
            if blended and skills.proficiency[person.number, queue] > 0:
                able.append(person)
        if not able:
            return False
        best = min(able, key=lambda p: (p.assigned != queue, *self.preference(p, queue)))
        laid_down = best.hands.pop()
        self.waiting.append(laid_down)
        self.hand(best, contact)
        self.offer_again()
        return True

    def take(self, person: Person) -> None:
        while able := [c for c in self.waiting if self.can_take(person, c.queue)]:
            self.hand(person, min(able, key=lambda c: (self.skills.rank[person.assigned, c.queue], c.order)))

    def offer_again(self) -> None:
        """Work laid down goes to whoever is free for it."""
        for queue in range(len(self.skills.rank)):
            line = sorted((c for c in self.waiting if c.queue == queue), key=lambda c: c.order)
            for contact in line if self.skills.resumable[queue] else []:
                if any(self.can_take(p, queue) for p in self.people):
                    self.offer(contact)

    def use_spare_people(self) -> None:
        for assigned in range(len(self.skills.rank)):
            while True:
                people = [p for p in self.people if p.assigned == assigned]
                pairs = [(p, c) for p in people for c in self.waiting if self.is_spare(p, c.queue)]
                if not pairs:
                    break
                contact = min((c for _, c in pairs), key=lambda c: (self.skills.spare[assigned, c.queue], c.order))
                able = [p for p, c in pairs if c is contact]
                self.hand(min(able, key=lambda p: self.preference(p, contact.queue)), contact)

    def hand(self, person: Person, contact: Contact) -> None:
        self.waiting.remove(contact)
        person.hands.append(contact)
        if math.isnan(contact.begun_s):
            contact.begun_s = self.now
        person.idle_since = self.now

    def change(self, person: Person, queue: int) -> None:
        person.assigned = None if queue < 0 else queue
        for contact in [c for c in person.hands if c.left_s <= 1e-6]:
            person.hands.remove(contact)
            contact.done_s = self.now
        laid_down = [c for c in person.hands if self.skills.resumable[c.queue] and c.queue != queue]
        person.hands = [c for c in person.hands if c not in laid_down]
        self.waiting += laid_down
        person.idle_since = self.now
        self.take(person)
        self.offer_again()
