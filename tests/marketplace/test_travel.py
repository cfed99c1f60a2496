from peerreview.marketplace.travel import distance_km, distances_km, minutes_by_road, travel_minutes
from tests.matching.instances import make_candidates

AMSTERDAM, UTRECHT, GRONINGEN, MAASTRICHT = (52.3676, 4.9041), (52.0907, 5.1214), (53.2194, 6.5665), (50.8514, 5.6910)


def test_a_degree_along_a_meridian_is_111_kilometres():
    assert round(distance_km((52.0, 5.0), (53.0, 5.0)), 3) == 111.195


def test_opposite_ends_of_the_earth_are_half_its_girth_apart():
    assert round(distance_km((0.0, 0.0), (0.0, 180.0))) == 20015


def test_known_towns_are_as_far_as_on_the_map():
    assert round(distance_km(AMSTERDAM, UTRECHT)) == 34
    assert round(distance_km(GRONINGEN, MAASTRICHT)) == 270


def test_forty_three_kilometres_are_forty_five_minutes():
    assert int(minutes_by_road(43.0)) == 45


def test_a_longer_ride_is_a_faster_one():
    minutes = [int(minutes_by_road(km)) for km in (0.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0)]
    assert minutes == [0, 10, 16, 26, 51, 91, 169]


def test_the_way_back_is_as_long_as_the_way_there():
    assert travel_minutes(GRONINGEN, MAASTRICHT) == travel_minutes(MAASTRICHT, GRONINGEN)


def test_the_same_place_is_no_travel():
    assert (distance_km(UTRECHT, UTRECHT), travel_minutes(UTRECHT, UTRECHT)) == (0.0, 0)


def test_the_table_holds_what_each_pair_has_by_itself():
    places = [each.place for each in make_candidates(40, 3)]
    table = minutes_by_road(distances_km(places))
    assert table.tolist() == [[travel_minutes(here, there) for there in places] for here in places]
