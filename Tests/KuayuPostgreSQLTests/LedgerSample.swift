import KuayuModel
import KuayuReconcile

/// The gateway's side as a sorted list with running sums.
struct SampleLedger: LedgerView {
    private let elements: [(key: UInt32, element: LedgerElement)]
    private let sums: [Accumulator]

    init(_ elements: [LedgerElement]) {
        self.elements = elements.compactMap { element in element.key.map { (key: $0, element: element) } }
            .sorted { ($0.key, $0.element.caseID) < ($1.key, $1.element.caseID) }
        var sums = [Accumulator()]
        for (_, element) in self.elements {
            var sum = sums[sums.count - 1]
            sum.add(element.id(PortableDigester()))
            sums.append(sum)
        }
        self.sums = sums
    }

    func totals(in keys: Range<UInt32>) -> Accumulator {
        var total = sums[index(keys.upperBound)]
        total.subtract(sums[index(keys.lowerBound)])
        return total
    }

    func elements(in keys: Range<UInt32>) -> [LedgerElement] {
        elements[index(keys.lowerBound)..<index(keys.upperBound)].map(\.element)
    }

    var days: [Int] { Set(elements.map { BucketWidth.day.number(of: $0.key) }).sorted() }

    private func index(_ key: UInt32) -> Int {
        var (low, high) = (0, elements.count)
        while low < high {
            let middle = (low + high) / 2
            if elements[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// Ledgers with differences of every kind that can be told from two rows.
struct LedgerSample {
    var expected: [LedgerElement] = []
    var found: [HubRow] = []

    /// `count` cases over `days` days, about one in `rarity` different.
    init(seed: UInt64, count: Int, days: Int, rarity: Int) {
        var rng = SeededGenerator(seed: seed)
        for index in 0..<count {
            let element = Self.element(index, days: days, using: &rng)
            let row = HubRow(element: element, stateAt: element.registeredAt + 60, localNumber: "N\(index)")
            guard Int.random(in: 0..<rarity, using: &rng) == 0 else {
                expected.append(element)
                found.append(row)
                continue
            }
            differ(element, row, using: &rng)
        }
        found.shuffle(using: &rng)
    }

    private static func element(_ index: Int, days: Int, using rng: inout SeededGenerator) -> LedgerElement {
        let states = ["submitted", "accepted", "decided", "closed"]
        return LedgerElement(
            caseID: "CSJ0120240101\(1_000_000 + index)", version: Int.random(in: 1...9, using: &rng),
            status: states[Int.random(in: 0..<states.count, using: &rng)], contentDigest: "sha256:\(index)",
            nonce: String(rng.next(), radix: 16),
            registeredAt: LedgerElement.keyEpoch + Int64.random(in: 0..<Int64(days * 86_400), using: &rng))
    }

    private mutating func differ(_ element: LedgerElement, _ row: HubRow, using rng: inout SeededGenerator) {
        var other = row
        switch Int.random(in: 0..<9, using: &rng) {
        case 0: expected.append(element)
        case 1: found.append(row)
        case 2: other.element.version += 1
        case 3: other.element.status = "voided"
        case 4: other.element.contentDigest = "-"
        case 5: other.element.nonce = "0"
        case 6: other.element.registeredAt += 86_400 * 3
        case 7:
            // The same row twice.
            expected.append(element)
            found += [row, row]
        default:
            // Once as expected, once in another day.
            other.element.registeredAt += 86_400
            other.localNumber = "M"
            expected.append(element)
            found += [row, other]
        }
        if other != row, other.localNumber != "M" {
            expected.append(element)
            found.append(other)
        }
    }
}
