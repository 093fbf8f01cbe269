public import KuayuModel

extension Routing {
    /// The regions of a case, from its places.
    public struct Participants: Hashable, Sendable {
        /// Where it was applied for; in a case granted without application, where the person lives.
        public var applying: RegionCode
        /// Where papers are collected, if elsewhere than where it is handled.
        public var collecting: RegionCode?
        /// Who handles it, the lead first, each once.
        public var handling: [RegionCode]
        /// The places that made them participants: applied, collected, handling in their order.
        public var places: [CasePlace]
        /// Whether it was granted without application (免申即享).
        public var isProactive: Bool

        /// Participants as they are; ``Routing`` finds those of a case.
        public init(
            applying: RegionCode, collecting: RegionCode? = nil, handling: [RegionCode], places: [CasePlace] = [],
            isProactive: Bool = false
        ) {
            self.applying = applying
            self.collecting = collecting
            self.handling = handling
            self.places = places
            self.isProactive = isProactive
        }

        /// Everyone, each once, in a fixed order.
        public var all: [RegionCode] {
            var seen: [RegionCode] = []
            for region in [applying] + (collecting.map { [$0] } ?? []) + handling where !seen.contains(region) {
                seen.append(region)
            }
            return seen
        }

        /// Where the case begins, and whose agreements it is sent under: the place of application; the lead of what is
        /// granted without application.
        public var beginning: RegionCode { isProactive ? handling.first ?? applying : applying }

        /// The parts that a region plays.
        public func roles(of region: RegionCode) -> CaseRoles {
            var roles: CaseRoles = []
            if region == applying { roles.insert(.applying) }
            if region == collecting { roles.insert(.collecting) }
            if handling.contains(region) { roles.insert(.handling) }
            return roles
        }

        /// The places that a region has in the case.
        public func places(of region: RegionCode) -> [CasePlace] { places.filter { $0.route.region == region } }

        /// The divisions that an agreement with a region is about, each once; the region itself without places.
        func divisions(of region: RegionCode) -> [RegionCode] {
            var seen: [RegionCode] = []
            for place in places(of: region) where !seen.contains(place.route.current) {
                seen.append(place.route.current)
            }
            return seen.isEmpty ? [region] : seen
        }
    }
}

/// One place of a case and the hub that serves it.
public struct CasePlace: Hashable, Sendable {
    /// What a place is for.
    public enum Role: String, Hashable, Sendable {
        /// Where it was applied for.
        case applied
        /// Where papers are collected.
        case collected
        /// Where it is handled.
        case handling
    }

    /// What the place is for.
    public let role: Role
    /// Where it stands in the canonical case: `places.handling[1].division`.
    public let path: String
    /// Its division and hub.
    public let route: DivisionRoute
}
