public import KuayuModel

/// One line of `agreements.csv`: who may send which item to whom.
///
/// What no line allows is denied. A region may be a province, a city or a county; it stands for every division inside
/// it. Of the lines that fit, those with the longest receiving code count, of these those with the longest sending
/// code, and of these the one with the highest level. `*` ranks with a province.
public struct Agreement: Hashable, Sendable {
    /// The sending region; nil for any.
    public var from: RegionCode?
    /// The receiving region; nil for any.
    public var to: RegionCode?
    /// The item's catalogue code; nil for any.
    public var catalogCode: String?
    /// The mode; nil for any.
    public var mode: String?
    /// The highest data level that may be sent.
    public var maxLevel: DataLevel
    /// First day on which it holds.
    public var validFrom: CalendarDate?
    /// Last day on which it holds.
    public var validTo: CalendarDate?
    /// Its line in `agreements.csv`, from 1, the header included; nil where it stands in no file.
    public var line: Int?

    /// A line.
    public init(
        from: RegionCode?, to: RegionCode?, catalogCode: String?, mode: String?, maxLevel: DataLevel = .l4,
        validFrom: CalendarDate? = nil, validTo: CalendarDate? = nil, line: Int? = nil
    ) {
        self.from = from
        self.to = to
        self.catalogCode = catalogCode
        self.mode = mode
        self.maxLevel = maxLevel
        self.validFrom = validFrom
        self.validTo = validTo
        self.line = line
    }

    /// Whether this line lets a region, or a division in it, send an item in a mode to another on a day.
    public func allows(
        from sender: RegionCode, to receiver: RegionCode, item: String, mode wanted: String, day: CalendarDate
    )
        -> Bool
    {
        covers(from: sender, to: receiver, item: item, mode: wanted) && holds(on: day)
    }

    /// The same, whatever its dates.
    func covers(from sender: RegionCode, to receiver: RegionCode, item: String, mode wanted: String) -> Bool {
        (catalogCode == nil || catalogCode == item) && (mode == nil || mode == wanted)
            && (from?.contains(sender) ?? true) && (to?.contains(receiver) ?? true)
    }

    func holds(on day: CalendarDate) -> Bool {
        (validFrom.map { $0 <= day } ?? true) && (validTo.map { day <= $0 } ?? true)
    }

    /// Whether this line decides where both fit.
    func outranks(_ other: Agreement) -> Bool {
        let mine = (Self.length(to), Self.length(from))
        let others = (Self.length(other.to), Self.length(other.from))
        return mine == others ? maxLevel > other.maxLevel : mine > others
    }

    /// How many digits of a code say something; any region ranks with a province.
    private static func length(_ region: RegionCode?) -> Int { region?.prefix.utf8.count ?? 2 }
}

extension RegionCode {
    /// The digits that every division inside begins with: two of a province, four of a city, six of a county.
    public var prefix: String {
        if isProvince { return String(value / 10_000) }
        return value % 100 == 0 ? String(value / 100) : text
    }
}
