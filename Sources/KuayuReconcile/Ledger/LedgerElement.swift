public import KuayuModel

/// Which part of a hub's ledger: every case is in exactly one lane of each hub that takes part in it.
public enum Lane: String, Hashable, Sendable, CaseIterable, Comparable {
    /// Cases this region registered (发出).
    case out
    /// Cases of other regions that it collects or handles (收进).
    case `in`

    /// `in` before `out`.
    public static func < (a: Lane, b: Lane) -> Bool { a.rawValue < b.rawValue }
}

/// The current state of one case in one ledger, as both sides must be able to write it down.
///
/// Its identity is the digest of `kuayu-recon-1` LF case LF version LF status LF content LF nonce LF. Texts are ASCII
/// without LF. The nonce, known to the parties only, keeps others from guessing what a digest stands for.
public struct LedgerElement: Hashable, Sendable {
    /// Federation id.
    public var caseID: String
    /// The last version told to, or by, the hub.
    public var version: Int
    /// The canonical state told to, or by, the hub.
    public var status: String
    /// Digest of the case as released to the hub, or `-` where it cannot say.
    public var contentDigest: String
    /// The case's nonce.
    public var nonce: String
    /// Unix seconds of the registration.
    public var registeredAt: Int64

    /// An element.
    public init(
        caseID: String, version: Int, status: String, contentDigest: String, nonce: String, registeredAt: Int64
    ) {
        self.caseID = caseID
        self.version = version
        self.status = status
        self.contentDigest = contentDigest
        self.nonce = nonce
        self.registeredAt = registeredAt
    }

    /// The bytes whose digest is the element's identity.
    public var signedBytes: [UInt8] {
        // Ten million of them a night: an interpolated text would take five times as long.
        var bytes: [UInt8] = []
        bytes.reserveCapacity(192)
        bytes.append(contentsOf: "kuayu-recon-1\n".utf8)
        bytes.append(contentsOf: caseID.utf8)
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: String(version).utf8)
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: status.utf8)
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: contentDigest.utf8)
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: nonce.utf8)
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    /// The element's identity.
    public func id(_ digester: some Digester) -> ElementID {
        ElementID(bytes: digester.digest(signedBytes)) ?? ElementID(0, 0, 0, 0)
    }

    /// Unix seconds at which the range key begins: 2020-01-01T00:00:00Z.
    public static let keyEpoch: Int64 = 1_577_836_800

    /// The range key: seconds of the registration since ``keyEpoch``; nil outside 0 ..< 2³¹.
    public var key: UInt32? {
        let seconds = registeredAt - Self.keyEpoch
        return (0..<(1 << 31)).contains(seconds) ? UInt32(seconds) : nil
    }
}

/// A row of a hub's ledger as the hub tells it.
public struct HubRow: Hashable, Sendable {
    /// What the hub has.
    public var element: LedgerElement
    /// When the case reached its state at the hub, Unix seconds; nil where the hub cannot say.
    public var stateAt: Int64?
    /// The hub's own number of the case; nil where it says none.
    public var localNumber: String?

    /// A row.
    public init(element: LedgerElement, stateAt: Int64? = nil, localNumber: String? = nil) {
        self.element = element
        self.stateAt = stateAt
        self.localNumber = localNumber
    }
}

/// A case of which the two ledgers do not say the same.
public struct CaseDifference: Hashable, Sendable {
    /// The part of the hub's ledger.
    public var lane: Lane
    /// Federation id as whoever has it spells it.
    public var caseID: String
    /// What the gateway expects of the hub; nil when it expects nothing.
    public var expected: LedgerElement?
    /// Every row the hub has of this case; empty when it has none, more than one when it has it twice.
    public var found: [HubRow]

    /// A difference.
    public init(lane: Lane, caseID: String, expected: LedgerElement?, found: [HubRow]) {
        self.lane = lane
        self.caseID = caseID
        self.expected = expected
        self.found = found
    }
}

/// What it took to compare.
public struct ComparisonCost: Hashable, Sendable {
    /// Bytes sent to the hub.
    public var bytesSent = 0
    /// Bytes received from it.
    public var bytesReceived = 0
    /// Questions asked.
    public var roundTrips = 0
    /// Time from the first question to the last answer, milliseconds.
    public var milliseconds: Int64 = 0

    /// Nothing yet.
    public init() {}
}

/// What one comparison of a lane with a hub found, whatever the profile.
public struct LaneComparison: Hashable, Sendable {
    /// The lane.
    public var lane: Lane
    /// Number and sum of the gateway's side.
    public var expected: Accumulator
    /// Number and sum of the hub's side.
    public var found: Accumulator
    /// Every case that differs, ascending by case.
    public var differences: [CaseDifference]
    /// What it took.
    public var cost: ComparisonCost

    /// A comparison.
    public init(
        lane: Lane, expected: Accumulator, found: Accumulator, differences: [CaseDifference],
        cost: ComparisonCost = ComparisonCost()
    ) {
        self.lane = lane
        self.expected = expected
        self.found = found
        self.differences = differences
        self.cost = cost
    }
}

/// Why nothing can be concluded from what a hub said (R14): no break is drawn from such a comparison.
public struct FeedError: Error, Hashable, Sendable {
    /// What is wrong.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// An answer, a file or a manifest cannot be read.
        case unreadable
        /// Fewer or more rows, or bytes, than claimed.
        case count
        /// The sum of the rows is not the sum claimed.
        case sum
        /// A row does not stand where it was claimed to be: outside its range, its day, its order.
        case misplaced
        /// An identity does not follow from the fields of its row.
        case identity
        /// The ledger changed between two questions that should have seen one snapshot.
        case changed
        /// A digest, or the link to the file before, does not fit.
        case digest
        /// More than the limits allow: rows, ranges, rounds, bytes.
        case limit
        /// More differences than can be believed.
        case flood
        /// The hub could not be reached, or refused.
        case unavailable
    }

    /// What is wrong.
    public var kind: Kind
    /// Where and what exactly, for people; no personal data.
    public var detail: String

    /// An error.
    public init(_ kind: Kind, _ detail: String) {
        self.kind = kind
        self.detail = detail
    }
}

extension FeedError: CustomStringConvertible {
    /// For people.
    public var description: String { "\(kind.rawValue): \(detail)" }
}
