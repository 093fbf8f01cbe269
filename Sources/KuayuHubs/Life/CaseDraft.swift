import KuayuModel

/// A new application as a clerk or a citizen would give it: invented people and firms with valid numbers.
struct CaseDraft: Sendable {
    /// What is handed in, owed, or taken from a certificate library.
    struct Material: Sendable {
        var code: String
        var name: String
        var isOwed = false
        /// Licence id, when it need not be submitted.
        var licence: String?
    }

    /// Owed materials (容缺): until when.
    struct Promise: Sendable {
        var madeAt: Instant
        var dueAt: Instant
    }

    /// The bundle (一件事) that the case belongs to.
    struct BundlePart: Sendable {
        var number: String
        var theme: String
        var isMain: Bool
        var childOf: String?
        var after: [String]
    }

    /// Where papers are collected, and whether they have been already.
    struct Collection: Sendable {
        var division: String
        var isDone: Bool
    }

    var serial: Int
    var catalogCode: String
    var itemName: String
    var promisedWorkdays: Int
    /// Divisions in charge, the lead first.
    var handling: [String]
    var handlingPath: String
    var applied: String
    var isPerson: Bool
    var name: String
    var idNumber: String
    var mobile: String
    var address: String
    var appliedAt: Instant
    var mode: String
    var materials = [Material(code: "M01", name: "身份证明")]
    var promise: Promise?
    var bundle: BundlePart?
    var collection: Collection?

    /// The division in charge, the lead of several.
    var lead: String { handling.first ?? "" }
    /// Codes of what is owed.
    var owed: [Material] { materials.filter(\.isOwed) }

    /// Draws an application of `region` to a division of another.
    static func make(
        serial: Int, from region: RegionCode, to target: RegionCode, items: [ServiceItem], now: Instant,
        using rng: inout SeededGenerator
    ) -> CaseDraft {
        let item = items[rng.next(below: items.count)]
        let place = county(of: target, using: &rng)
        return make(serial: serial, from: region, at: [place], item: item, now: now, using: &rng)
    }

    /// Draws the person or firm of an application for an item at divisions of which at least one is given.
    static func make(
        serial: Int, from region: RegionCode, at places: [Division], item: ServiceItem, now: Instant,
        using rng: inout SeededGenerator
    ) -> CaseDraft {
        let isPerson = item.subject == .person
        let surname = surnames[rng.next(below: surnames.count)]
        let given = givenNames[rng.next(below: givenNames.count)]
        let lead = places[0]
        return CaseDraft(
            serial: serial, catalogCode: item.catalogCode.text, itemName: item.name,
            promisedWorkdays: item.promisedWorkdays, handling: places.map(\.code.text),
            handlingPath: Divisions.standard.path(lead.code) ?? lead.name, applied: region.text, isPerson: isPerson,
            name: isPerson ? surname + given : "\(lead.name)\(given)示例有限公司",
            idNumber: isPerson
                ? CitizenNumber.synthetic(using: &rng).text : CreditCode.synthetic(using: &rng).text,
            mobile: "1380000" + padded(serial % 10_000, 4),
            address: "\(region.name)示例路\(serial % 900 + 1)号|\(serial % 20 + 1)室",
            appliedAt: now, mode: item.mode.rawValue)
    }

    /// A county of a region, in force.
    static func county(of target: RegionCode, using rng: inout SeededGenerator) -> Division {
        let all = Divisions.standard.all.filter {
            $0.code.province == target && $0.level == .county && $0.isInForce
        }
        return all[rng.next(below: all.count)]
    }

    private static let surnames = ["张", "王", "李", "赵", "欧阳", "𠮷", "㑇", "诸葛"]
    private static let givenNames = ["伟", "秀英", "建国", "思涵", "子轩", "一诺", "明"]
}

/// A number with leading zeros.
func padded(_ number: Int, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
}

/// A region's own numbers, in the shape its system gives.
struct NumberSeries: Sendable {
    let region: RegionCode
    private var last = 0

    init(_ region: RegionCode) { self.region = region }

    mutating func next(now: Instant) -> (serial: Int, text: String) {
        last += 1
        let day = LocalTime.text(now, "yyyyMMdd")
        let text =
            switch region {
            case .shanghai: "SH\(day)" + padded(last, 8)
            // 48 characters: a task code of 31, the day, 9 digits.
            case .jiangsu: "11320000MB1A00000D3000000000000" + day + padded(last, 9)
            case .zhejiang: "3300002" + String(day.dropFirst(2)) + "0" + padded(last, 7)
            default: "AH\(day)" + padded(last, 8)
            }
        return (last, text)
    }
}
