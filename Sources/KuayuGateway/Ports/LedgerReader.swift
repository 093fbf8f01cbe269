public import KuayuModel
public import KuayuReconcile

/// Look-ups in the ledgers as reconciliation needs them: by lane, by day, by identity.
///
/// Identities and sums are kept when a row is written; nothing is hashed here.
public protocol LedgerReader {
    /// Sum of each day of a lane that has a case, ascending.
    func ledgerDays(hub: RegionCode, lane: Lane) throws -> [LedgerDayTotal]
    /// Days of both lanes whose sum changed at `instant` or later, ascending by lane, then day.
    ///
    /// A day that lost its last case is among them, with nothing in it. A row is stamped before it is committed: who asks
    /// what changed since it read last should ask from somewhat earlier, or compare the sums.
    func ledgerDays(hub: RegionCode, changedSince instant: Instant) throws -> [LedgerDayTotal]
    /// Hands over every entry of a lane whose key lies in `keys`, ascending by key, then by identity as a number.
    ///
    /// Entries are handed over as they are read and numbered from 0 in `LedgerEntry.row`; what `body` throws ends the
    /// reading.
    func ledgerEntries(
        hub: RegionCode, lane: Lane, keys: Range<UInt32>, _ body: (LedgerEntry) throws -> Void) throws
    /// Rows of a lane whose key lies in `keys`, in the order of the entries, at most `limit` after `after`.
    ///
    /// The limit is held within 1 to 10,000.
    func ledgerRows(
        hub: RegionCode, lane: Lane, keys: Range<UInt32>, after: LedgerEntry?, limit: Int
    ) throws -> [LedgerRow]
    /// The rows with the key and identity of these entries, in their order; entries without a row are left out.
    func ledgerRows(hub: RegionCode, lane: Lane, entries: [LedgerEntry]) throws -> [LedgerRow]
    /// A hub's rows of these cases, in both lanes, ascending by case; cases without a row are left out.
    func ledgerRows(hub: RegionCode, cases: [CaseID]) throws -> [LedgerRow]
    /// How many cases of a lane are in each state, ascending by the state's name; reads the whole lane.
    func ledgerStatusCounts(hub: RegionCode, lane: Lane) throws -> [LedgerStatusCount]
}

/// Number and sum of the cases of one lane that were registered on one day.
public struct LedgerDayTotal: Hashable, Sendable {
    /// The hub.
    public var hub: RegionCode
    /// The lane.
    public var lane: Lane
    /// The day, as `LedgerDay` counts.
    public var day: Int
    /// Number and sum.
    public var total: Accumulator
    /// When the sum changed last.
    public var changedAt: Instant

    /// A day.
    public init(hub: RegionCode, lane: Lane, day: Int, total: Accumulator, changedAt: Instant) {
        self.hub = hub
        self.lane = lane
        self.day = day
        self.total = total
        self.changedAt = changedAt
    }

    /// The day as a date, at +08:00.
    public var date: CalendarDate { Self.date(day: day) }

    /// The date of a day.
    public static func date(day: Int) -> CalendarDate { CalendarDate(daysSinceEpoch: epochDay + day) }

    /// The day of a date; negative before 2020.
    public static func day(date: CalendarDate) -> Int { date.daysSinceEpoch - epochDay }

    /// 2020-01-01, the first day, as days since 1970-01-01.
    private static let epochDay = 18_262
}

/// How many cases of a lane are in a state.
public struct LedgerStatusCount: Hashable, Sendable {
    /// The state.
    public var status: CaseState
    /// How many.
    public var count: Int

    /// A count.
    public init(status: CaseState, count: Int) {
        self.status = status
        self.count = count
    }
}

extension LedgerRow {
    /// The row's range key: seconds since `LedgerElement.keyEpoch`, held within 0 ..< 2³¹ whatever the clock said.
    public var key: UInt32 { Self.key(registeredAt: registeredAt) }

    /// The range key of a time of registration.
    public static func key(registeredAt: Instant) -> UInt32 {
        UInt32(min(max(registeredAt.epochSeconds - LedgerElement.keyEpoch, 0), (1 << 31) - 1))
    }
}

extension LedgerEntry {
    /// The entry behind which the next page of rows begins.
    public init(after row: LedgerRow, digester: some Digester) {
        self.init(key: row.key, id: row.element.id(digester), row: 0)
    }
}
