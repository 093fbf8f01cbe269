/// 事项: a kind of service in the catalogue, and how it is worked across regions.
public struct ServiceItem: Hashable, Sendable {
    /// How a case of the item crosses regions.
    public enum Mode: String, Hashable, Sendable, CaseIterable {
        /// 全程网办: one hop to the region in charge.
        case online
        /// 异地代收代办: one region collects, another decides.
        case collect
        /// 多地联办: one lead, several handling regions, one result.
        case joint
    }

    /// Who applies.
    public enum Subject: String, Hashable, Sendable, CaseIterable {
        /// 自然人.
        case person
        /// 法人.
        case legal
    }

    /// Code in the catalogue.
    public let catalogCode: CatalogCode
    /// Name by public notice.
    public let name: String
    /// How it crosses regions unless the message says otherwise.
    public let mode: Mode
    /// Who applies.
    public let subject: Subject
    /// Item type, two digits of GB/T 39046-2020, A.1; the same as in the code.
    public let itemType: String
    /// Promised limit, in working days.
    public let promisedWorkdays: Int
}

/// 事项目录: the items of the federation.
public struct Items: Sendable {
    /// The catalogue that is built in.
    ///
    /// Names are real, codes and limits are made up.
    public static let standard = embedded("items.csv") { () throws(ReferenceError) in
        try Items(csv: PackageResources.items_csv)
    }

    /// Every item, by code.
    public let all: [ServiceItem]
    private let byCode: [CatalogCode: ServiceItem]

    /// A catalogue with the columns `catalog_code,name,mode,subject,item_type,promised_workdays`.
    public init(csv: [UInt8]) throws(ReferenceError) {
        var byCode: [CatalogCode: ServiceItem] = [:]
        for row in try CSVTable(csv, name: "items.csv").rows {
            let item = try ServiceItem(row)
            guard byCode.updateValue(item, forKey: item.catalogCode) == nil else {
                throw row.error("code occurs twice")
            }
        }
        self.byCode = byCode
        all = byCode.values.sorted { $0.catalogCode < $1.catalogCode }
    }

    /// The item of a catalogue code; `nil` when the catalogue does not have it.
    public func item(_ code: CatalogCode) -> ServiceItem? { byCode[code] }

    /// The item of a catalogue code written as text; `nil` when it is no code or the catalogue does not have it.
    public func item(_ text: some StringProtocol) -> ServiceItem? {
        (try? CatalogCode(validating: text)).flatMap { byCode[$0] }
    }
}

extension ServiceItem {
    fileprivate init(_ row: CSVTable.Row) throws(ReferenceError) {
        guard let code = try? CatalogCode(validating: try row["catalog_code"]) else {
            throw row.error("catalog_code is no catalogue code")
        }
        guard let mode = Mode(rawValue: try row["mode"]) else { throw row.error("unknown mode") }
        guard let subject = Subject(rawValue: try row["subject"]) else { throw row.error("unknown subject") }
        guard let limit = decimalValue(try row["promised_workdays"].utf8), limit <= WorkCalendar.countLimit else {
            throw row.error("promised_workdays is no number of working days")
        }
        let (name, itemType) = (try row["name"], try row["item_type"])
        guard !name.isEmpty, itemType == code.itemType else {
            throw row.error("the name is empty or item_type differs from the code")
        }
        self.init(
            catalogCode: code, name: name, mode: mode, subject: subject, itemType: itemType, promisedWorkdays: limit)
    }
}
