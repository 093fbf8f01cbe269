import KuayuFeeds
import KuayuModel
import KuayuReconcile

/// A hasher without any library.
struct PortableStream: StreamingDigest {
    private var digest = SHA256Digest()

    mutating func update(_ bytes: UnsafeRawBufferPointer) { digest.update(bytes) }

    mutating func finish() -> [UInt8] { digest.finish() }
}

/// Two ledgers made from one number, the hub's with some faults.
struct FeedWorld {
    var mine: [LedgerElement] = []
    var theirs: [HubRow] = []
    private var random: SeededGenerator

    static let states = ["submitted", "accepted", "reviewing", "closed"]

    init(seed: UInt64, rows: Int, faults: Int) {
        random = SeededGenerator(seed: seed)
        for index in 0..<rows { mine.append(element(index)) }
        mine.sort { $0.caseID < $1.caseID }
        theirs = mine.map { HubRow(element: $0, stateAt: random.chance(permille: 800) ? $0.registeredAt + 60 : nil) }
        for _ in 0..<faults { addFault() }
        theirs.sort { $0.element.caseID < $1.element.caseID }
    }

    private mutating func element(_ index: Int) -> LedgerElement {
        // Ids of different length, some the beginning of another.
        let number = String(index + 1_000)
        let caseID = random.chance(permille: 100) ? "KY-\(number)" : "CSJ20261124000\(number)"
        return LedgerElement(
            caseID: caseID, version: 1 + random.next(below: 12), status: Self.states[random.next(below: 4)],
            contentDigest: random.chance(permille: 950) ? "sha256:" + hex(32) : "-", nonce: hex(16),
            registeredAt: LedgerElement.keyEpoch + Int64(random.next(below: 200_000_000)))
    }

    private mutating func hex(_ bytes: Int) -> String {
        HexText.encode((0..<bytes).map { _ in UInt8(random.next(below: 256)) })
    }

    private mutating func addFault() {
        guard !theirs.isEmpty else {
            theirs.append(HubRow(element: element(7_000)))
            return
        }
        let index = random.next(below: theirs.count)
        switch random.next(below: 9) {
        case 0: theirs.remove(at: index)
        case 1: theirs[index].element.version += 1
        case 2: theirs[index].element.version = max(0, theirs[index].element.version - 1)
        case 3: theirs[index].element.status = "voided"
        case 4: theirs[index].element.contentDigest = "sha256:" + hex(32)
        case 5: theirs[index].element.registeredAt += 1
        case 6: theirs.append(theirs[index])
        case 7: theirs.append(HubRow(element: element(9_000 + random.next(below: 90_000))))
        default:
            var twin = theirs[index]
            twin.element.version += 3
            theirs.append(twin)
        }
    }

    /// The hub's rows in another order.
    mutating func shuffle() { theirs.shuffle(using: &random) }

    func feed(identities: Bool) -> (csv: [UInt8], manifest: FeedManifest) {
        FeedWriter.write(
            theirs, hub: .anhui, lane: .in, file: "x.csv", snapshotAt: 1_800_000_000, previous: nil,
            identities: identities, digester: PortableDigester())
    }

    /// What a comparison of everything comes to, with the nonces that a file can tell.
    func oracle() -> LaneComparison {
        let known = Set(mine.map(\.caseID))
        var comparison = FullJoin.compare(lane: .in, expected: mine, found: theirs, digester: PortableDigester())
        for (place, difference) in comparison.differences.enumerated() where !known.contains(difference.caseID) {
            for row in difference.found.indices { comparison.differences[place].found[row].element.nonce = "-" }
        }
        return comparison
    }
}

extension FeedScanner {
    /// Small stretches, so that borders fall everywhere.
    static func small(stretchBytes: Int = 700, hashBits: Int = 64, limits: FeedLimits = FeedLimits()) -> FeedScanner {
        var scanner = FeedScanner(limits: limits)
        scanner.stretchBytes = stretchBytes
        scanner.hashBits = hashBits
        return scanner
    }

    func compare(_ mine: [LedgerElement], _ csv: [UInt8], _ manifest: FeedManifest) throws(FeedError) -> LaneComparison
    {
        try compare(
            ledger: try LedgerSnapshot(mine, digester: PortableDigester()), feed: FeedBytes(csv), manifest: manifest,
            digest: { PortableStream() }, digester: PortableDigester())
    }
}

extension FeedManifest {
    /// The same for other bytes.
    func of(_ bytes: [UInt8]) -> FeedManifest {
        var manifest = self
        manifest.digest = Self.digestText(PortableDigester().digest(bytes))
        return manifest
    }
}

extension LaneComparison {
    /// Without what it took.
    var bare: LaneComparison {
        var copy = self
        copy.cost = ComparisonCost()
        return copy
    }
}
