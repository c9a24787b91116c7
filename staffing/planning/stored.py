"""Plans on their way into the store and back: without the ids and names of people inside, with them outside."""

from dataclasses import replace

from staffing.domain.relabel import relabel
from staffing.files import pack, unpack
from staffing.plan import Plan
from staffing.store import Store, StoreDamagedError
from staffing.store.people import agent_keys, agents_of, former_key, people


def nameless(store: Store, plan: Plan) -> bytes:
    """The plan's bytes with a key for each agent. Equal plans give equal bytes."""
    return _packed(plan, agent_keys(store, plan.scenario.centre.name, _names(plan)))


def nameless_if_known(store: Store, plan: Plan) -> bytes | None:
    """The same bytes where every agent has a key already, else None; the store stays as it is."""
    keys = {person.ident: person.key for person in agents_of(store, plan.scenario.centre.name)}
    if not _names(plan).keys() <= keys.keys():
        return None
    return _packed(plan, keys)


def _packed(plan: Plan, keys: dict[str, str]) -> bytes:
    """Neither agents nor those who wrote the layers on the forecast are named."""
    layers = tuple(replace(layer, author="") for layer in plan.scenario.overrides)
    plan = replace(plan, scenario=replace(plan.scenario, overrides=layers))
    return pack(relabel(plan, keys | _erased(plan), {}), with_roster=True)


def named(store: Store, body: bytes) -> tuple[Plan, dict[str, str]]:
    """The plan of stored bytes with the ids and names of those still known, and the ids by key.

    Raises
    ------
    StoreDamagedError
        When the bytes are no plan.
    """
    try:
        plan = unpack(body)
    except ValueError as error:
        raise StoreDamagedError("plan", str(error)) from error
    keys = [agent.id for agent in (*plan.problem.agents, *plan.scenario.agents)]
    known = people(store, keys)
    ids = {key: person.ident for key, person in known.items()}
    return relabel(plan, ids, {person.ident: person.name for person in known.values()}), ids


def _names(plan: Plan) -> dict[str, str]:
    """Names by id of those who are not erased."""
    agents = (*plan.problem.agents, *plan.scenario.agents)
    return {agent.id: agent.name for agent in agents if former_key(agent.id) is None}


def _erased(plan: Plan) -> dict[str, str]:
    """Keys of the erased people of a plan by the ids that are shown for them: they get their old key, and no row."""
    keys = {agent.id: former_key(agent.id) for agent in (*plan.problem.agents, *plan.scenario.agents)}
    return {ident: key for ident, key in keys.items() if key is not None}
