public import KuayuModel
public import KuayuReconcile

/// Looks after what is kept beside the rows of the ledgers: identities, keys, sums of days.
public protocol LedgerKeeper: Sendable {
    /// Computes everything anew and compares it with what is kept; changes nothing.
    func scrubLedgers() throws(StoreError) -> LedgerScrub
    /// Puts right what ``scrubLedgers()`` finds, in one transaction; days that were wrong count as changed from `now` on.
    func rebuildLedgers(at now: Instant) throws(StoreError) -> LedgerScrub
}

/// What was found when the identities and sums of the ledgers were computed anew from the rows.
public struct LedgerScrub: Hashable, Sendable {
    /// One thing that was kept wrongly.
    public struct Disagreement: Hashable, Sendable {
        /// What.
        public enum Kind: String, Hashable, Sendable, CaseIterable {
            /// The identity does not follow from the fields of the row.
            case identity
            /// The range key does not follow from the time of registration.
            case key
            /// The lane does not follow from the origin of the case.
            case lane
            /// Number or sum of a day are not those of its rows.
            case sum
        }

        /// What.
        public var kind: Kind
        /// The hub.
        public var hub: RegionCode
        /// The lane, as it should be.
        public var lane: Lane
        /// The day, as it should be; see ``LedgerDayTotal``.
        public var day: Int
        /// The case; nil for a sum.
        public var caseID: String?

        /// A disagreement.
        public init(kind: Kind, hub: RegionCode, lane: Lane, day: Int, caseID: String?) {
            self.kind = kind
            self.hub = hub
            self.lane = lane
            self.day = day
            self.caseID = caseID
        }

        /// Where, for people: hub, lane, day and case.
        public var subject: String {
            ([hub.text, lane.rawValue, LedgerDayTotal.date(day: day).text] + (caseID.map { [$0] } ?? []))
                .joined(separator: " ")
        }

        /// What is wrong, for people.
        public var sentence: String {
            switch kind {
            case .identity: "its identity does not follow from its fields"
            case .key: "its key does not follow from its time of registration"
            case .lane: "it stands in the other lane"
            case .sum: "number or sum of the day are not those of its rows"
            }
        }
    }

    /// Rows looked at.
    public var rows = 0
    /// Days looked at.
    public var days = 0
    /// What disagrees: rows by hub and case, then sums by hub, lane and day; at most ``limit`` of them.
    public var disagreements: [Disagreement] = []
    /// How many disagree altogether.
    public var count = 0

    /// At most so many disagreements are told one by one.
    public static let limit = 1_000

    /// Nothing yet.
    public init() {}

    /// Whether everything that is kept follows from the rows.
    public var isSound: Bool { count == 0 }

    /// Takes note of a disagreement.
    public mutating func note(_ disagreement: Disagreement) {
        count += 1
        if disagreements.count < Self.limit { disagreements.append(disagreement) }
    }
}
