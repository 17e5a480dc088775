from dataclasses import replace

import numpy as np
import pytest

from models.baseline import HALF_LIFE_NIGHTS, Baseline
from models.peers import expected, grouped, named, pooled
from models.surprise import claims, surprise
from models.tonight import Tonight

KINDS = ("hour", "count", "count", "minutes")


def rolled(nights):
    state = Baseline.empty(len(KINDS))
    for people, values in nights:
        state = state.rolled(people, values, KINDS)
    return state


def test_a_state_stored_between_two_nights_changes_nothing(office):
    whole = rolled(office)
    halfway = rolled(office[:31])
    stored = Baseline.of_states(halfway.people, halfway.states())
    for people, values in office[31:]:
        stored = stored.rolled(people, values, KINDS)
    assert (stored.people == whole.people).all()
    assert (stored.states() == whole.states()).all()


def test_a_night_of_a_half_life_ago_counts_half():
    alice = np.array([7])
    state = Baseline.empty(1).rolled(alice, np.array([[4.0]]), ("count",))
    for _ in range(HALF_LIFE_NIGHTS):
        state = state.rolled(np.array([], dtype=np.int64), np.empty((0, 1)), ("count",))
    assert state.nights == pytest.approx([0.5])
    assert state.weight[0] == pytest.approx([0.5])
    assert state.mean()[0] == pytest.approx([4.0])


def test_mean_and_variance_are_weighted_ones():
    alice = np.array([7])
    values = [2.0, np.nan, 5.0, 9.0]
    state = Baseline.empty(1)
    for value in values:
        state = state.rolled(alice, np.array([[value]]), ("count",))
    # The newest has decayed by no night: a night decays the past, then absorbs.
    weight = 0.5 ** (np.array([3, 1, 0]) / HALF_LIFE_NIGHTS)
    mean = np.average([2.0, 5.0, 9.0], weights=weight)
    assert state.mean()[0, 0] == pytest.approx(mean)
    assert state.variance()[0, 0] == pytest.approx(np.average((np.array([2.0, 5.0, 9.0]) - mean) ** 2, weights=weight))
    assert state.nights[0] == pytest.approx((0.5 ** (np.arange(4) / HALF_LIFE_NIGHTS)).sum())


def test_one_night_gives_people_the_same_surprise_whoever_stands_beside_them_in_the_table(office, behaviours):
    state = rolled(office[:40])
    people, values = office[50]
    whole, shown = (ask(state, people, values, behaviours, {}) for ask in (surprise, claims))
    tonight = Tonight.of(shown.bits, shown.peers)
    alone = surprise(state, people[3:4], values[3:4], behaviours, {}, tonight)
    assert (whole.bits[3] == alone.bits[0]).all()


def test_what_everybody_did_tonight_surprises_of_nobody_unless_no_habit_excuses_it(behaviours):
    people = np.arange(50)
    state = Baseline.empty(1)
    for _ in range(60):
        state = state.rolled(people, np.ones((50, 1)), ("count",))
    tonight = np.where(people == 7, 30.0, np.where(people < 40, 9.0, 1.0))[:, None]
    told = surprise(state, people, tonight, behaviours[1:2], {}).bits[:, 0]
    assert told[8] < 2
    assert told[7] > 2 * told[8], "three times as much as the others is still this person's own"
    unexcused = (replace(behaviours[1], excused=False),)
    assert surprise(state, people, tonight, unexcused, {}).bits[8, 0] > 10


def test_names_of_people_do_not_matter(office, behaviours):
    """New pseudonyms in another order: the same bits for the same person."""
    everybody = np.unique(np.concatenate([people for people, _ in office]))
    renamed = dict(zip(everybody.tolist(), np.random.default_rng(5).permutation(1000)[: everybody.size], strict=True))

    def other(night):
        people, values = night
        new = np.array([renamed[p] for p in people.tolist()], dtype=np.int64)
        order = np.argsort(new)
        return new[order], values[order], order

    roles = {p: "guard" if i % 2 else "clerk" for i, p in enumerate(everybody.tolist())}
    before = surprise(rolled(office[:40]), *office[50], behaviours, roles)
    people, values, order = other(office[50])
    new_roles = {int(renamed[p]): role for p, role in roles.items()}
    after = surprise(rolled([other(n)[:2] for n in office[:40]]), people, values, behaviours, new_roles)
    assert after.bits == pytest.approx(before.bits[order], rel=1e-9, abs=1e-9)
    assert after.peers == tuple(before.peers[i] for i in order)


def test_a_newcomer_is_compared_with_the_peers(behaviours):
    people = np.arange(20)
    state = Baseline.empty(1)
    for _ in range(30):
        state = state.rolled(people, np.where(people < 10, 0.0, 8.0)[:, None], ("count",))
    roles = {int(p): "quiet" if p < 10 else "busy" for p in people} | {98: "quiet", 99: "busy"}
    night = surprise(state, np.array([98, 99]), np.array([[8.0], [8.0]]), behaviours[1:2], roles)
    assert night.bits[0, 0] > night.bits[1, 0] + 3
    assert night.history.tolist() == [0.0, 0.0]
    assert np.isnan(night.usual).all()
    assert night.colleagues[:, 0] == pytest.approx([0.6, 7.4], abs=0.3)


def test_whom_no_roster_knows_is_compared_with_the_community_found_from_behaviour(behaviours):
    people = np.arange(20)
    state = Baseline.empty(1)
    for _ in range(30):
        state = state.rolled(people, np.where(people < 10, 0.0, 8.0)[:, None], ("count",))
    roles = {int(p): "unknown" for p in people} | {3: "guard", 98: "unknown", 99: "unknown", 97: "unknown"}
    met = {int(p): 1 if p < 10 else 2 for p in people} | {98: 1, 99: 2}
    peers = named(roles, met, "unknown")
    assert (peers[3], peers[98], peers[99], peers[97]) == ("guard", "community 1", "community 2", "unknown")
    newcomers = np.array([97, 98, 99]), np.full((3, 1), 8.0), behaviours[1:2]
    told, alike = surprise(state, *newcomers, peers), surprise(state, *newcomers, roles)
    assert told.bits[1, 0] > alike.bits[1, 0] + 2, "strange in a quiet community"
    assert told.bits[2, 0] < alike.bits[2, 0], "usual in a busy one"
    assert told.colleagues[1, 0] < alike.colleagues[1, 0] < told.colleagues[2, 0]


def test_what_is_not_excused_stays_strange_however_often_it_was_done(behaviours):
    people = np.arange(50)
    habitual = np.where(people == 7, 3.0, 0.0)[:, None]
    state = Baseline.empty(1)
    for _ in range(60):
        state = state.rolled(people, habitual, ("count",))
    excused, unexcused = behaviours[1], replace(behaviours[1], excused=False)
    usual, strange = (surprise(state, people, habitual, (b,), {}).bits[7, 0] for b in (excused, unexcused))
    assert usual < 2
    assert strange > 4


def test_a_behaviour_surprises_once_the_site_knows_ten_nights_of_it_unless_no_habit_excuses_it(behaviours):
    """A feed that was joined on the last of forty nights: 27 a day are no marvel; a rule holds from the first day."""
    people, silent, spoke = np.arange(12), np.full((12, 1), np.nan), np.full((12, 1), 27.0)
    spoke[0] = 90.0
    state, excused, rule = Baseline.empty(1), behaviours[1], replace(behaviours[1], excused=False)
    for _ in range(40):
        state = state.rolled(people, silent, ("count",))
    assert (claims(state, people, spoke, (excused,), {}).bits == 0).all()
    assert (claims(state, people, spoke, (rule,), {}).bits > 20).all()
    few = state.rolled(people[:9], spoke[:9], ("count",))
    assert (claims(few, people, spoke, (excused,), {}).bits == 0).all()
    known = state.rolled(people, np.full((12, 1), 27.0), ("count",))
    assert claims(known, people, spoke, (excused,), {}).bits[0, 0] > 5
    assert (claims(known, people, spoke, (excused,), {}).bits[1:] < 2).all()


def test_a_behaviour_surprises_once_the_site_knows_a_night_of_it_as_full_as_this_one(behaviours):
    """It began to speak on a Sunday with a tenth of the people: what that taught is no measure of a Monday."""
    people, sunday = np.arange(200), np.arange(200) % 10 == 0
    values = np.where(sunday, 2.0, 27.0)[:, None]
    values[1] = 90.0
    state = Baseline.empty(1)
    for _ in range(40):
        state = state.rolled(people, np.full((200, 1), np.nan), ("count",))
    state = state.rolled(people[sunday], values[sunday], ("count",))
    assert (claims(state, people, values, behaviours[1:2], {}).bits == 0).all()
    assert claims(state, people[sunday], np.full((20, 1), 90.0), behaviours[1:2], {}).bits.min() > 5, "next Sunday"
    state = state.rolled(people, np.full((200, 1), 27.0), ("count",))
    assert claims(state, people, values, behaviours[1:2], {}).bits[1, 0] > 2


def test_own_history_takes_over_from_the_peers():
    people = np.array([1, 2, 3])
    state = Baseline.empty(1)
    means = []
    for _ in range(60):
        state = state.rolled(people, np.array([[0.0], [0.0], [9.0]]), ("count",))
        means.append(expected(state, np.zeros(3, dtype=np.intp), 1, np.ones(1, dtype=bool)).mean[2, 0])
    assert means[0] < means[5] < means[30] < 9.0
    assert means[-1] > 8.0


def test_total_variance_of_a_pool_is_within_plus_between():
    draw = np.random.default_rng(1)
    state = Baseline.empty(1)
    people = np.arange(200)
    level = draw.normal(50, 3, 200)
    for _ in range(100):
        state = state.rolled(people, (level + draw.normal(0, 2, 200))[:, None], ("amount",))
    pool = pooled(state, np.zeros(200, dtype=np.intp), 1)
    assert pool.within[0, 0] == pytest.approx(4.0, rel=0.1)
    assert pool.between[0, 0] == pytest.approx(9.0, rel=0.2)


def test_groups_are_numbered_in_ascending_order():
    group, names = grouped(["guard", "clerk", "guard", ""])
    assert names == ("", "clerk", "guard")
    assert group.tolist() == [2, 1, 2, 0]


def test_a_night_without_people_has_no_surprise(office, behaviours):
    night = surprise(rolled(office), np.array([], dtype=np.int64), np.empty((0, 4)), behaviours, {})
    assert night.bits.shape == (0, 4)


def test_the_first_night_ever_has_no_history(behaviours):
    night = surprise(Baseline.empty(4), np.array([5]), np.array([[9.0, 1, 2, 300]]), behaviours, {})
    assert night.history.tolist() == [0.0]
    assert np.isfinite(night.bits).all()
