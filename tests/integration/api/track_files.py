"""Fixes as the files that watches and phones write. `alt` is left out, accuracy has no place in them."""
from client import instant_of

SEMICIRCLES = 2**31 / 180
FIT_EPOCH_MS = 631_065_600_000


def gpx(fixes: list, sport: str = "running") -> bytes:
    points = "".join(f'<trkpt lat="{lat:.7f}" lon="{lon:.7f}"><time>{instant_of(t)}</time></trkpt>'
                     for t, lat, lon, *_ in fixes)
    return ('<?xml version="1.0" encoding="UTF-8"?><gpx version="1.1" creator="t" '
            'xmlns="http://www.topografix.com/GPX/1/1"><trk>'
            f'<type>{sport}</type><trkseg>{points}</trkseg></trk></gpx>').encode()


def tcx(fixes: list, sport: str = "Running") -> bytes:
    points = "".join(f'<Trackpoint><Time>{instant_of(t)}</Time><Position><LatitudeDegrees>{lat:.7f}</LatitudeDegrees>'
                     f'<LongitudeDegrees>{lon:.7f}</LongitudeDegrees></Position></Trackpoint>'
                     for t, lat, lon, *_ in fixes)
    return ('<?xml version="1.0" encoding="UTF-8"?><TrainingCenterDatabase '
            'xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"><Activities>'
            f'<Activity Sport="{sport}"><Id>{instant_of(fixes[0][0])}</Id><Lap StartTime="{instant_of(fixes[0][0])}">'
            f'<Track>{points}</Track></Lap></Activity></Activities></TrainingCenterDatabase>').encode()


def fit_crc(data: bytes) -> int:
    """The protocol's CRC-16, bit by bit."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    return crc


def fit(fixes: list) -> bytes:
    """A file id, one session of running, and a record a fix, whole seconds only."""
    def definition(local: int, number: int, fields: list) -> bytes:
        head = bytes([0x40 | local, 0, 0]) + number.to_bytes(2, "little") + bytes([len(fields)])
        return head + b"".join(bytes(field) for field in fields)

    records = definition(0, 0, [(0, 1, 0x00)]) + b"\0\4"
    records += definition(1, 18, [(5, 1, 0x00)]) + b"\1\1"
    records += definition(2, 20, [(253, 4, 0x86), (0, 4, 0x85), (1, 4, 0x85)])
    for t, lat, lon, *_ in fixes:
        records += b"\2" + ((t - FIT_EPOCH_MS) // 1000).to_bytes(4, "little")
        records += b"".join(round(x * SEMICIRCLES).to_bytes(4, "little", signed=True) for x in (lat, lon))
    head = bytes([14, 0x20]) + (2132).to_bytes(2, "little") + len(records).to_bytes(4, "little") + b".FIT"
    head += fit_crc(head).to_bytes(2, "little")
    return head + records + fit_crc(head + records).to_bytes(2, "little")
