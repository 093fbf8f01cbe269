import KuayuModel

/// 分组: what the cases of a statistic are put together by.
public enum StatisticsGrouping: String, Hashable, Sendable, CaseIterable {
    /// 事项: catalogue code of the item.
    case item
    /// 通办模式: `online`, `collect` or `joint`.
    case mode
    /// 区域: the province that the statistic is about; which one it is, each statistic says.
    case region

    /// What stands where a case does not say it.
    public static let unknown = "-"

    /// The group of a case, `region` being the division that counts.
    func key(of record: CaseRecord, region division: String?) -> String {
        switch self {
        case .item: record[.catalogCode] ?? Self.unknown
        case .mode: record[.mode] ?? Self.unknown
        case .region: Self.province(division) ?? Self.unknown
        }
    }

    static func province(_ division: String?) -> String? {
        division.flatMap { $0.utf8.count < 2 ? nil : String($0.prefix(2)) + "0000" }
    }
}
