import KuayuModel
import KuayuReconcile
import Testing

/// Messages that cannot be read, and what is said of them.
@Suite struct NegentropyMessageTests {
    struct Malformed: CustomTestStringConvertible, Sendable {
        let name: String
        let bytes: [UInt8]
        let kind: NegentropyError.Kind
        let offset: Int

        init(_ name: String, _ bytes: [UInt8], _ kind: NegentropyError.Kind, _ offset: Int) {
            (self.name, self.bytes, self.kind, self.offset) = (name, bytes, kind, offset)
        }

        var testDescription: String { name }
    }

    static let limits = NegentropyLimits(messageBytes: 300, ranges: 3, ids: 4, rounds: 5)
    static let id = [UInt8](repeating: 7, count: 32)

    static let malformed = [
        Malformed("empty", [], .truncated, 0),
        Malformed("version before the first", [0x5F], .version(0x5F), 0),
        Malformed("version after the last", [0x70], .version(0x70), 0),
        Malformed("timestamp unfinished", [0x61, 0x81], .truncated, 2),
        Malformed("no prefix length", [0x61, 0x05], .truncated, 2),
        Malformed("prefix of 33 bytes", [0x61, 0x05, 33] + id + [1, 0], .prefixLength(33), 2),
        Malformed("prefix cut", [0x61, 0x05, 4, 1, 2, 3], .truncated, 3),
        Malformed("no mode", [0x61, 0x05, 0], .truncated, 3),
        Malformed("mode 3", [0x61, 0x05, 0, 3], .mode(3), 3),
        Malformed("fingerprint of 15 bytes", [0x61, 0, 0, 1] + [UInt8](repeating: 1, count: 15), .truncated, 4),
        Malformed("no number of ids", [0x61, 0, 0, 2], .truncated, 4),
        Malformed("ids cut", [0x61, 0, 0, 2, 2] + id + id.dropLast(), .truncated, 4),
        Malformed("enormous number of ids", [0x61, 0, 0, 2, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], .truncated, 4),
        Malformed("number over 64 bits", [0x61, 0x82] + [UInt8](repeating: 0x80, count: 8) + [0, 0, 0], .varint, 1),
        Malformed("number that never ends", [0x61] + [UInt8](repeating: 0xFF, count: 12), .varint, 1),
        Malformed("id bound goes back", [0x61, 5, 1, 9, 0, 1, 1, 8, 0], .order, 5),
        Malformed("after infinity with a shorter prefix", [0x61, 0, 1, 9, 0, 0, 0, 0], .order, 5),
        Malformed("four ranges", [0x61] + [1, 0, 0, 2, 0, 0, 2, 0, 0, 2, 0, 0], .ranges(limit: 3), 10),
        Malformed("five ids", [0x61, 0, 0, 2, 5] + id + id + id + id + id, .ids(limit: 4), 1),
        Malformed(
            "five ids in two ranges", [0x61, 4, 0, 2, 3] + id + id + id + [0, 0, 2, 2] + id + id, .ids(limit: 4), 101),
        Malformed("301 bytes", [0x61] + [UInt8](repeating: 0, count: 300), .messageBytes(limit: 300), 0),
    ]

    @Test(arguments: malformed)
    func saysWhatIsWrongAndWhere(message: Malformed) throws {
        let storage = NegentropyItems([NegentropyItem(timestamp: 3, id: ElementID(0, 0, 0, 1))])
        let server = NegentropyServer(storage, digester: PortableDigester(), limits: Self.limits)
        #expect(throws: NegentropyError(message.kind, at: message.offset)) { try server.answer(message.bytes) }
        var client = NegentropyClient(storage, digester: PortableDigester(), limits: Self.limits)
        _ = try client.initiate()
        #expect(throws: NegentropyError(message.kind, at: message.offset)) { try client.reconcile(message.bytes) }
    }

    /// What stands at a limit, or repeats a bound, is read.
    @Test(
        arguments: [
            [0x61], [0x61, 0, 0, 0], [0x61, 1, 0, 0, 2, 0, 0, 2, 0, 0],
            [0x61, 5, 32] + id + [0], [0x61, 0, 0, 2, 4] + id + id + id + id,
            // The reference ends a full frame with a second bound at infinity.
            [0x61, 0, 0, 2, 0, 0, 0, 0],
            // 2⁶⁴ − 1 in ten bytes, as a step and saturated.
            [0x61, 0x81] + [UInt8](repeating: 0xFF, count: 8) + [0x7F, 0, 0, 5, 0, 0],
        ] as [[UInt8]])
    func readsWhatIsWithinTheLimits(message: [UInt8]) throws {
        let server = NegentropyServer(NegentropyItems([]), digester: PortableDigester(), limits: Self.limits)
        #expect(try server.answer(message).first == 0x61)
    }

    @Test func anotherVersionIsAnsweredByOurs() throws {
        let storage = NegentropyItems([])
        let server = NegentropyServer(storage, digester: PortableDigester())
        for version in [0x60, 0x62, 0x6F] as [UInt8] {
            #expect(try server.answer([version, 1, 2, 3]) == [0x61])
            var client = NegentropyClient(storage, digester: PortableDigester())
            _ = try client.initiate()
            #expect(throws: NegentropyError(.unsupportedVersion(version), at: 0)) { try client.reconcile([version]) }
        }
    }

    @Test func onlyLimitsAreLimits() {
        let kinds: [(NegentropyError.Kind, Bool)] = [
            (.truncated, false), (.varint, false), (.version(1), false), (.unsupportedVersion(0x60), false),
            (.mode(9), false), (.prefixLength(33), false), (.order, false), (.outOfTurn, false),
            (.messageBytes(limit: 1), true), (.ranges(limit: 1), true), (.ids(limit: 1), true),
            (.rounds(limit: 1), true),
        ]
        for (kind, isLimit) in kinds { #expect(NegentropyError(kind, at: 0).isLimit == isLimit) }
    }

    /// Whatever bytes come, there is an answer or an error.
    @Test(arguments: 0..<12 as Range<UInt64>)
    func survivesChangedBytes(seed: UInt64) throws {
        var chance = SeededGenerator(seed: seed)
        let sets = TwoSets(common: 300, onlyOurs: 20, onlyTheirs: 20, keys: 0..<50, seed: seed)
        let (ours, theirs) = (LedgerSnapshot(LedgerIndex(sets.ours)), LedgerSnapshot(LedgerIndex(sets.theirs)))
        let messages = try Exchange(ours, theirs).messages
        let server = NegentropyServer(theirs, digester: PortableDigester(), frameLimit: 4096)
        var readable = 0
        for step in 0..<250 {
            var bytes = messages[step % messages.count]
            for _ in 0...Int.random(in: 0..<3, using: &chance) { Self.change(&bytes, &chance) }
            var client = NegentropyClient(ours, digester: PortableDigester(), frameLimit: 4096)
            _ = try client.initiate()
            do throws(NegentropyError) {
                let answer = try server.answer(bytes)
                #expect(answer.first == 0x61)
                #expect(answer.count <= 4096)
                readable += 1
            } catch {
                #expect(error.offset <= bytes.count)
            }
            do throws(NegentropyError) { _ = try client.reconcile(bytes) } catch {
                #expect(error.offset <= bytes.count)
            }
        }
        #expect(readable > 0)
    }

    private static func change(_ bytes: inout [UInt8], _ chance: inout SeededGenerator) {
        guard let place = bytes.indices.randomElement(using: &chance) else { return }
        switch Int.random(in: 0..<5, using: &chance) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &chance)
        case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &chance)
        case 2: bytes.remove(at: place)
        case 3: bytes.insert(UInt8.random(in: 0...255, using: &chance), at: place)
        default: bytes.removeLast(bytes.count - place)
        }
    }
}
