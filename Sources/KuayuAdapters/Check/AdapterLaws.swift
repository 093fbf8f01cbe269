import KuayuFormats
public import KuayuModel

/// A law that an adapter breaks, with the smallest case found that shows it.
public struct LawViolation: Sendable {
    /// The laws.
    public enum Law: String, Sendable, CaseIterable {
        /// Reading what was written for a case gives the case, but for what was declared.
        case createGet = "CreateGet"
        /// The same with the last document of the region at hand.
        case putGet = "PutGet"
        /// What is read and written again unchanged goes out as it came.
        case getPut = "GetPut"
        /// Writing what was read from what was written gives the same bytes.
        case stable = "Stable"
        /// Every field is written, declared or the case is refused with reasons.
        case explicitRefusal = "Explicit refusal"
        /// The same input gives the same output.
        case deterministic = "Deterministic"
        /// From one region to another all but the declared losses arrive.
        case pair = "Pair"
    }

    /// The law.
    public let law: Law
    /// Which generated case shows it, from 0.
    public let number: Int
    /// What differs.
    public let explanation: String
    /// The reduced case.
    public let counterexample: CaseRecord
}

/// Proves the laws of adapters on generated cases.
public enum AdapterLaws {
    /// A generator of numbers that a seed decides (SplitMix64).
    public struct Chance: RandomNumberGenerator, Sendable {
        private var state: UInt64

        /// The generator of a seed.
        public init(seed: UInt64) { state = seed }

        /// The next number.
        public mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    /// Checks one adapter on `count` cases; at most `limit` violations are reported, each reduced.
    public static func check(
        _ adapter: Adapter, seed: UInt64, count: Int, options: CaseGenerator.Options = CaseGenerator.Options(),
        limit: Int = 5
    ) -> [LawViolation] {
        var chance = Chance(seed: seed)
        var violations: [LawViolation] = []
        for number in 0..<count where violations.count < limit {
            let record = CaseGenerator.make(using: &chance, options: options)
            for allowsExtension in [true, false] {
                guard let found = broken(adapter, record, allowsExtension) else { continue }
                violations.append(reduced(found, number, record) { broken(adapter, $0, allowsExtension) })
                break
            }
        }
        return violations
    }

    /// Checks that cases written by one region and read there arrive at another.
    public static func checkPair(
        from first: Adapter, to second: Adapter, seed: UInt64, count: Int,
        options: CaseGenerator.Options = CaseGenerator.Options(), limit: Int = 5
    ) -> [LawViolation] {
        var chance = Chance(seed: seed)
        var violations: [LawViolation] = []
        for number in 0..<count where violations.count < limit {
            let record = CaseGenerator.make(using: &chance, options: options)
            let test: (CaseRecord) -> Broken? = { record in
                guard let arrived = sent(record, first) else { return nil }
                return createGet(second, arrived, allowsExtension: true, law: .pair)
            }
            if let found = test(record) { violations.append(reduced(found, number, record, test)) }
        }
        return violations
    }

    private typealias Broken = (law: LawViolation.Law, explanation: String)

    private static func reduced(
        _ found: Broken, _ number: Int, _ record: CaseRecord, _ test: (CaseRecord) -> Broken?
    ) -> LawViolation {
        let small = CaseGenerator.shrunk(record) { test($0)?.law == found.law }
        return LawViolation(
            law: found.law, number: number, explanation: test(small)?.explanation ?? found.explanation,
            counterexample: small)
    }

    // MARK: The laws

    private static let envelope = EnvelopeValues(
        batch: "B0001", now: Instant(epochSeconds: 1_795_478_400), key: "k-0001")

    private static func write(
        _ adapter: Adapter, _ record: CaseRecord, _ original: [UInt8]?, _ allowsExtension: Bool
    ) -> PayloadWriting {
        adapter.write(
            [CaseToWrite(record: record, original: original, allowsExtension: allowsExtension)], envelope: envelope)
    }

    private static func sent(_ record: CaseRecord, _ adapter: Adapter) -> CaseRecord? {
        guard let bytes = write(adapter, record, nil, true).bytes else { return nil }
        return adapter.read(bytes).cases.first?.record
    }

    private static func broken(_ adapter: Adapter, _ record: CaseRecord, _ allowsExtension: Bool) -> Broken? {
        createGet(adapter, record, allowsExtension: allowsExtension, law: .createGet)
            ?? again(adapter, record, allowsExtension)
    }

    /// CreateGet, Explicit refusal, Deterministic.
    private static func createGet(
        _ adapter: Adapter, _ record: CaseRecord, allowsExtension: Bool, law: LawViolation.Law
    ) -> Broken? {
        let writing = write(adapter, record, nil, allowsExtension)
        guard let bytes = writing.bytes else {
            return writing.refusals[0].isEmpty ? (.explicitRefusal, "no payload and no reason") : nil
        }
        if write(adapter, record, nil, allowsExtension).bytes != bytes {
            return (.deterministic, "two writings of one case differ")
        }
        return compare(adapter, record, bytes, writing.declared[0], law)
    }

    private static func compare(
        _ adapter: Adapter, _ record: CaseRecord, _ bytes: [UInt8], _ declared: [String], _ law: LawViolation.Law
    ) -> Broken? {
        let reading = adapter.read(bytes)
        guard reading.envelopeIssues.isEmpty, reading.cases.count == 1 else {
            return (law, "the payload cannot be read: \(reading.envelopeIssues.map(\.message))")
        }
        guard let back = reading.cases[0].record else {
            let errors = reading.cases[0].issues.filter { $0.severity == .error }
            // A case that lost what every case needs by declaration is no case; its receiver reports that.
            if errors.allSatisfy({ $0.code == "case.required" }), !declared.isEmpty { return nil }
            return (law, "the case cannot be read: \(errors.map { "\($0.path): \($0.message)" })")
        }
        let left = Difference(wanted: record, got: back, beside: Adapter.besideFields).paths
        let silent = left.filter { !declared.contains($0) }
        return silent.isEmpty ? nil : (law, "lost without being declared: \(silent.joined(separator: ", "))")
    }

    /// GetPut, Stable and PutGet on what was written first.
    private static func again(_ adapter: Adapter, _ record: CaseRecord, _ allowsExtension: Bool) -> Broken? {
        guard let bytes = write(adapter, record, nil, allowsExtension).bytes else { return nil }
        let reading = adapter.read(bytes)
        guard let item = reading.cases.first, let back = item.record else { return nil }
        let echo = write(adapter, back, item.bytes, allowsExtension)
        if echo.isVerbatim != [true] || echo.bytes != bytes {
            return (.getPut, "an unchanged case does not go out as it came")
        }
        if let found = stable(adapter, record, bytes, back, allowsExtension) { return found }
        var changed = back
        changed[.itemName] = "变更后的事项"
        let put = write(adapter, changed, item.bytes, allowsExtension)
        guard let putBytes = put.bytes else { return nil }
        return compare(adapter, changed, putBytes, put.declared[0], .putGet)
    }

    /// Where nothing was lost, writing again gives the same bytes at once; where something was, from the second time on.
    private static func stable(
        _ adapter: Adapter, _ record: CaseRecord, _ bytes: [UInt8], _ back: CaseRecord, _ allowsExtension: Bool
    ) -> Broken? {
        let second = write(adapter, back, nil, allowsExtension)
        let isWhole = Difference(wanted: record, got: back, beside: Adapter.besideFields).isEmpty
        if isWhole {
            return second.bytes == bytes
                ? nil : (.stable, "writing what was read gives other bytes: \(difference(second, bytes))")
        }
        guard let secondBytes = second.bytes, let again = adapter.read(secondBytes).cases.first?.record else {
            return nil
        }
        let third = write(adapter, again, nil, allowsExtension)
        return third.bytes == secondBytes
            ? nil : (.stable, "the third writing differs from the second: \(difference(third, secondBytes))")
    }

    private static func difference(_ writing: PayloadWriting, _ bytes: [UInt8]) -> String {
        guard let other = writing.bytes else { return "refused: \(writing.refusals[0].map(\.message))" }
        let place =
            zip(other, bytes).enumerated().first { $0.element.0 != $0.element.1 }?.offset
            ?? min(other.count, bytes.count)
        let window = max(0, place - 30)..<min(bytes.count, place + 30)
        let text = String(decoding: bytes[window], as: UTF8.self)
        return "at byte \(place), near \(text)"
    }
}
