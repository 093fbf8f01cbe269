public import KuayuModel

/// Which hub serves a division.
///
/// The division is first brought up to date: an abolished code stands for its successor, a county that the table does
/// not have goes with its city if that was abolished. Then the hub with the longest code that the division lies in is
/// taken: village (12 digits) and street (9) belong to their county, which may be a hub, else its city, else its
/// province.
public struct HubDirectory: Sendable {
    /// The regions that are hubs: provinces, cities or counties, by codes in force.
    ///
    /// Nil where only provinces are told apart, whether or not they are hubs.
    public let hubs: Set<RegionCode>?
    private let divisions: Divisions

    /// A directory of these hubs over a table of divisions.
    public init(hubs: Set<RegionCode>?, divisions: Divisions = .standard) {
        self.hubs = hubs
        self.divisions = divisions
    }

    /// The way from a division to its hub; nil for anything but 6, 9 or 12 digits that make a code.
    public func route(_ division: String) -> DivisionRoute? {
        let digits = division.utf8
        guard [6, 9, 12].contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }),
            let code = RegionCode(utf8: digits.prefix(6))
        else { return nil }
        let (abolished, current) = upToDate(code)
        return DivisionRoute(
            division: division, code: code, isKnown: divisions.isKnown(code), abolished: abolished, current: current,
            hub: hub(of: current))
    }

    /// The code in force, and the abolished one that led to it.
    private func upToDate(_ code: RegionCode) -> (abolished: RegionCode?, current: RegionCode) {
        if divisions.isKnown(code) { return followed(code) ?? (nil, code) }
        return code.city.flatMap(followed) ?? (nil, code)
    }

    private func followed(_ code: RegionCode) -> (abolished: RegionCode?, current: RegionCode)? {
        guard let current = divisions.current(code), current != code else { return nil }
        return (code, current)
    }

    private func hub(of code: RegionCode) -> RegionCode? {
        guard let hubs else { return code.province }
        return [code, code.city, code.province].lazy.compactMap { $0 }.first(where: hubs.contains)
    }
}

/// How a division leads to the hub that serves it.
public struct DivisionRoute: Hashable, Sendable {
    /// The division as the case has it, 6, 9 or 12 digits.
    public let division: String
    /// Its first six digits.
    public let code: RegionCode
    /// Whether the table of divisions has those six digits, in force or not.
    ///
    /// A code that it does not have is routed by its digits.
    public let isKnown: Bool
    /// The abolished code that was replaced: ``code``, or its city; nil where none was.
    public let abolished: RegionCode?
    /// The code in force that was looked up.
    public let current: RegionCode
    /// The hub; nil where none covers the division.
    public let hub: RegionCode?

    /// The hub, or the province that would have to be one.
    public var region: RegionCode { hub ?? current.province }

    /// The digits of the hub's code that the division begins with: `32`, `3205`, `320506`; nil without a hub.
    public var prefix: String? { hub?.prefix }
}

extension RegionCode {
    /// The code of the city that a county belongs to, by its digits.
    var city: RegionCode? { RegionCode(value: value / 100 * 100) }
}
