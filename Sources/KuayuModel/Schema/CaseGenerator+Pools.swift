/// What random cases are made of.
enum CaseDraftPools {
    /// 2024-01-02 to 2026-10-31 at +08:00, Unix seconds.
    static let clockRange = 1_704_124_800...1_793_376_000

    static let regions = ["310000", "320000", "330000", "340000"]
    static let digits = Array("0123456789")
    static let hexadecimal = Array("0123456789abcdef")
    static let letters = Array("abcdefghijklmnopqrstuvwxyz")
    static let alphanumeric = Array("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ")

    /// Synthetic; check digits computed independently.
    static let citizenNumbers = [
        "310101199003070019", "320106198502150020", "330106197812031155", "340111199303222107", "320583200601010036",
    ]
    /// Synthetic; check digits computed independently.
    static let creditCodes = [
        "91310000MA1FL0000N", "91320500MA1W00000B", "91330100MA2H00000L", "91340100MA2N00000M", "11310000MB2F00000C",
        "11320000MB1A00000D",
    ]

    static let surnames = ["张", "李", "王", "欧阳", "陈", "诸葛"]
    static let longNames = ["阿依古丽·买买提", "Jean-Luc O'Neill", "Ａｎｎａ　Ｌｉ", "尼格买提·热合曼·阿不都拉"]
    static let hanzi = "甲乙丙丁春夏秋冬江河湖海东南西北金木水火土天地人和申请办理材料证明区县街道".map(String.init)
    /// Outside GBK: U+20BB7, U+3447, U+9FA6, U+2A6D6, U+1F600.
    static let rare = ["\u{20BB7}", "\u{3447}", "\u{9FA6}", "\u{2A6D6}", "\u{1F600}"]
    /// What separates, escapes or encloses in one format or another.
    static let fragments = [
        "|", "\\", "\\|", "\\n", ";", ":", ",", "\"", "'", "<&>", "]]>", "&#x41;", "&amp;", "<!--", "Ａ１", "　", "  ",
        "·", "——", "“”", "{}", "[]", "#", "%0A", "=", "NULL", "-", "无", "\u{E9}", "/",
    ]

    /// Fields that other steps write or that rules tie to others.
    private static let managed: Set<String> = [
        "caseId", "version", "registeredAt", "mode", "status", "calendar", "appliedAt", "startedAt", "dueAt",
        "proactive", "delivery.sentAt", "delivery.signedAt", "applicant.kind", "applicant.name", "applicant.idType",
        "applicant.idNumber", "statusRaw.table", "statusRaw.code", "limits.statutory.amount", "limits.statutory.unit",
        "limits.promised.amount", "limits.promised.unit", "item.taskCode",
    ]
    private static let managedGroups = [
        "applicant.legalRepresentative.", "applicant.agent.", "places.collected.", "places.result.", "result.",
    ]

    /// Scalars that may hold any valid value.
    static let freeScalars = CaseSchema.v1.scalars.indices.compactMap { index -> Field? in
        let path = CaseSchema.v1.scalars[index].path
        if managed.contains(path) || managedGroups.contains(where: { path.hasPrefix($0) }) { return nil }
        return Field(list: -1, column: UInt16(index))
    }

    /// Codes of the divisions of a region, itself included.
    static func divisions(in region: String) -> [RegionCode] { divisionsByRegion[region] ?? [] }

    private static let divisionsByRegion = Dictionary(grouping: Divisions.standard.all.map(\.code)) {
        $0.province.text
    }

    /// Amounts and their units.
    static let limitPairs: [(Field, Field)] = [
        (.named("limits.statutory.amount"), .named("limits.statutory.unit")),
        (.named("limits.promised.amount"), .named("limits.promised.unit")),
    ]
}

/// Canonical texts of times that are counted in seconds.
enum TimeText {
    /// Canonical instant.
    static func instant(_ seconds: Int) -> String { Instant(epochSeconds: Int64(seconds)).canonical }

    /// Canonical date at +08:00.
    static func date(_ seconds: Int) -> String { Instant(epochSeconds: Int64(seconds)).date.text }

    /// `yyyyMMdd` at +08:00.
    static func compactDate(_ seconds: Int) -> String { Instant(epochSeconds: Int64(seconds)).date.compact }

    /// Unix seconds of a canonical instant.
    static func seconds(_ text: String?) -> Int? {
        text.flatMap { Instant(canonical: $0) }.map { Int($0.epochSeconds) }
    }
}
