import KuayuModel

/// Writes a message.
///
/// Fingerprints are hashed at the end, all at once: until then their place is kept.
struct NegentropyWriter {
    private(set) var bytes: [UInt8] = [NegentropyProtocol.version]
    private var timestamp: UInt64 = 0
    private var fingerprints: [(offset: Int, total: Accumulator)] = []

    /// A point to which what was written can be taken back.
    struct Mark {
        let count: Int
        fileprivate let timestamp: UInt64
        fileprivate let fingerprints: Int
    }

    /// Bytes so far.
    var count: Int { bytes.count }

    /// Here.
    var mark: Mark { Mark(count: bytes.count, timestamp: timestamp, fingerprints: fingerprints.count) }

    /// Takes back what was written after a point.
    mutating func rewind(to mark: Mark) {
        bytes.removeLast(bytes.count - mark.count)
        timestamp = mark.timestamp
        fingerprints.removeLast(fingerprints.count - mark.fingerprints)
    }

    /// A range of which nothing is said.
    mutating func skip(_ upper: NegentropyBound) {
        write(upper)
        write(NegentropyProtocol.skip)
    }

    /// A range by the fingerprint of what is in it.
    mutating func fingerprint(_ upper: NegentropyBound, _ total: Accumulator) {
        write(upper)
        write(NegentropyProtocol.fingerprint)
        fingerprints.append((bytes.count, total))
        for _ in 0..<NegentropyProtocol.fingerprintBytes { bytes.append(0) }
    }

    /// A range by everything in it.
    mutating func ids(_ upper: NegentropyBound, _ items: [NegentropyItem]) {
        write(upper)
        write(NegentropyProtocol.ids)
        write(UInt64(items.count))
        for item in items { item.id.appendReversed(to: &bytes) }
    }

    /// The message.
    consuming func finish(_ digester: some Digester) -> [UInt8] {
        let digests = digester.digest(many: fingerprints.map(\.total.fingerprintInput))
        for (place, digest) in zip(fingerprints, digests) {
            for (index, byte) in digest.prefix(NegentropyProtocol.fingerprintBytes).enumerated() {
                bytes[place.offset + index] = byte
            }
        }
        return bytes
    }

    private mutating func write(_ bound: NegentropyBound) {
        if bound.item.timestamp == .max {
            timestamp = .max
            write(0)
        } else {
            write(bound.item.timestamp &- timestamp &+ 1)
            timestamp = bound.item.timestamp
        }
        write(UInt64(bound.prefixLength))
        guard bound.prefixLength > 0 else { return }
        bytes += bound.item.id.reversedBytes.prefix(bound.prefixLength)
    }

    private mutating func write(_ number: UInt64) {
        guard number > 127 else {
            bytes.append(UInt8(number))
            return
        }
        bytes += Accumulator.varint(number)
    }
}
