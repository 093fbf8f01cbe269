/// One administrative division at province, city or county level.
public struct Division: Hashable, Sendable {
    /// Level of a division.
    public enum Level: String, Hashable, Sendable {
        /// 省、直辖市.
        case province
        /// 地级市.
        case city
        /// 县、区、县级市.
        case county
    }

    /// Whether the code is in force.
    public enum Status: Hashable, Sendable {
        /// In force.
        case current
        /// No longer in force; the successor took over. Old cases still carry it.
        case abolished(successor: RegionCode)
        /// In practical use outside the standard.
        case inUse
    }

    /// A place on the globe, WGS 84, in degrees.
    public struct Coordinate: Hashable, Sendable {
        /// Degrees east.
        public let longitude: Double
        /// Degrees north.
        public let latitude: Double
    }

    /// Its code.
    public let code: RegionCode
    /// Its name as the table writes it.
    public let name: String
    /// The name without a remark in brackets: `崇川区` for `崇川区（旧码）`.
    public let plainName: String
    /// Its level.
    public let level: Level
    /// The division that it belongs to; `nil` for a province.
    public let parent: RegionCode?
    /// Whether it is in force.
    public let status: Status
    /// Roughly its centre, where known.
    public let centre: Coordinate?

    /// Whether the code is in force or in use.
    public var isInForce: Bool {
        if case .abolished = status { false } else { true }
    }
}

extension Division {
    init(_ row: CSVTable.Row) throws(ReferenceError) {
        guard let code = RegionCode(try row["code"]) else { throw row.error("code is not six digits") }
        guard let level = Level(rawValue: try row["level"]) else { throw row.error("unknown level") }
        let parent = RegionCode(try row["parent"])
        guard (parent == nil) == (level == .province) else { throw row.error("parent does not fit the level") }
        let name = try row["name"]
        let plainName = name.firstIndex(of: "（").map { String(name[..<$0]) } ?? name
        self.init(
            code: code, name: name, plainName: plainName, level: level, parent: parent,
            status: try Self.status(row), centre: try Self.centre(row))
    }

    private static func status(_ row: CSVTable.Row) throws(ReferenceError) -> Status {
        switch (try row["status"], RegionCode(try row["replaced_by"])) {
        case ("current", nil): return .current
        case ("in-use", nil): return .inUse
        case ("abolished", let successor?): return .abolished(successor: successor)
        default: throw row.error("status and replaced_by do not fit")
        }
    }

    private static func centre(_ row: CSVTable.Row) throws(ReferenceError) -> Coordinate? {
        let (longitude, latitude) = (try row["lon"], try row["lat"])
        if longitude.isEmpty && latitude.isEmpty { return nil }
        guard let east = Double(longitude), let north = Double(latitude), abs(east) <= 180, abs(north) <= 90 else {
            throw row.error("lon and lat are no coordinates")
        }
        return Coordinate(longitude: east, latitude: north)
    }
}
