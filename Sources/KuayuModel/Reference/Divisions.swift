/// 行政区划: the table of administrative divisions of the federated regions.
///
/// Codes of 12 digits (6 + street 3 + village 3) are accepted wherever a text is and looked up by their longest prefix
/// that is known, which is never finer than the county. Abolished codes are known and lead to their successor.
public struct Divisions: Sendable {
    /// The table that is built in.
    public static let standard = embedded("divisions.csv") { () throws(ReferenceError) in
        try Divisions(csv: PackageResources.divisions_csv)
    }

    /// Every division, by code.
    public let all: [Division]
    private let byCode: [RegionCode: Division]
    /// Children of each division, by code.
    private let children: [RegionCode: [Division]]
    /// Divisions of each plain name, by code.
    let byName: [String: [Division]]
    /// The provinces, by code.
    let provinces: [Division]

    /// A table with the columns `code,name,level,parent,status,replaced_by,lon,lat`.
    ///
    /// Refuses codes that occur twice, parents that are missing, and successors that are missing or lead in a circle.
    public init(csv: [UInt8]) throws(ReferenceError) {
        let table = try CSVTable(csv, name: "divisions.csv")
        var byCode: [RegionCode: Division] = [:]
        for row in table.rows {
            let division = try Division(row)
            guard byCode.updateValue(division, forKey: division.code) == nil else {
                throw row.error("code occurs twice")
            }
        }
        self.byCode = byCode
        all = byCode.values.sorted { $0.code < $1.code }
        byName = Dictionary(grouping: all, by: \.plainName)
        provinces = all.filter { $0.level == .province }
        children = Dictionary(grouping: all.filter { $0.parent != nil }) { $0.parent ?? $0.code }
        for row in table.rows {
            guard let code = RegionCode(try row["code"]), let division = byCode[code] else { continue }
            if let parent = division.parent, byCode[parent] == nil || !parent.contains(code) {
                throw row.error("parent is not in the table, or its digits differ")
            }
            if current(code) == nil { throw row.error("no current code follows from replaced_by") }
        }
    }

    /// The entry of a code, in force or not.
    public func division(_ code: RegionCode) -> Division? { byCode[code] }

    /// The entry that a code of 6 or 12 digits belongs to: itself, else its city, else its province.
    public func division(containing text: some StringProtocol) -> Division? {
        guard let code = Self.sixDigits(of: text) else { return nil }
        let city = RegionCode(value: code.value / 100 * 100)
        return byCode[code] ?? city.flatMap { byCode[$0] } ?? byCode[code.province]
    }

    /// Whether the table has a code, in force or not.
    public func isKnown(_ code: RegionCode) -> Bool { byCode[code] != nil }

    /// Whether the table has the first six of 6 or 12 digits, in force or not.
    public func isKnown(_ text: some StringProtocol) -> Bool { Self.sixDigits(of: text).map(isKnown) ?? false }

    /// The code in force today: the code itself, or the one that took over.
    ///
    /// `nil` when the table does not have it.
    public func current(_ code: RegionCode) -> RegionCode? {
        var code = code
        // A chain longer than the table would be a circle.
        for _ in 0...all.count {
            guard let division = byCode[code] else { return nil }
            guard case .abolished(let successor) = division.status else { return code }
            code = successor
        }
        return nil
    }

    /// The name of a division, `普陀区`; `nil` when the table does not have the code.
    public func name(_ code: RegionCode) -> String? { byCode[code]?.name }

    /// The names from the province down, `浙江省/舟山市/普陀区`; `nil` when the table does not have the code.
    ///
    /// Remarks in brackets are left out, so that the path of an old code can be read back.
    public func path(_ code: RegionCode) -> String? {
        guard let division = byCode[code] else { return nil }
        guard let parent = division.parent, let above = path(parent) else { return division.plainName }
        return above + "/" + division.plainName
    }

    /// Divisions directly below a code, by code.
    public func children(of code: RegionCode) -> [Division] { children[code] ?? [] }

    /// The first six of exactly 6 or 12 ASCII digits.
    public static func sixDigits(of text: some StringProtocol) -> RegionCode? {
        let count = text.utf8.count
        guard count == 6 || count == 12, text.utf8.allSatisfy(\.isASCIIDigit) else { return nil }
        return RegionCode(utf8: text.utf8.prefix(6))
    }
}
