import KuayuModel

/// What happens to a case at its handling hub, step by step.
enum CaseStage: String, CaseIterable, Sendable {
    case accepted, supplementing, reviewing, granted, denied
}

/// A new application as a clerk or a citizen would give it: invented people and firms with valid numbers.
struct CaseDraft: Sendable {
    var serial: Int
    var item: ServiceItem
    var handling: String
    var handlingPath: String
    var applied: String
    var isPerson: Bool
    var name: String
    var idNumber: String
    var mobile: String
    var address: String
    var appliedAt: Instant
    var mode: String

    /// Draws an application of `region` to a division of another.
    static func make(
        serial: Int, from region: RegionCode, to target: RegionCode, items: [ServiceItem], now: Instant,
        using rng: inout SeededGenerator
    ) -> CaseDraft {
        let item = items[rng.next(below: items.count)]
        let isPerson = item.subject == .person
        let division = Divisions.standard.all.filter {
            $0.code.province == target && $0.level == .county && $0.isInForce
        }
        let place = division[rng.next(below: division.count)]
        let surname = surnames[rng.next(below: surnames.count)]
        let given = givenNames[rng.next(below: givenNames.count)]
        return CaseDraft(
            serial: serial, item: item, handling: place.code.text,
            handlingPath: Divisions.standard.path(place.code) ?? place.name, applied: region.text, isPerson: isPerson,
            name: isPerson ? surname + given : "\(place.name)\(given)示例有限公司",
            idNumber: isPerson
                ? CitizenNumber.synthetic(using: &rng).text : CreditCode.synthetic(using: &rng).text,
            mobile: "1380000" + padded(serial % 10_000, 4),
            address: "\(region.name)示例路\(serial % 900 + 1)号|\(serial % 20 + 1)室",
            appliedAt: now, mode: item.mode.rawValue)
    }

    private static let surnames = ["张", "王", "李", "赵", "欧阳", "𠮷", "㑇", "诸葛"]
    private static let givenNames = ["伟", "秀英", "建国", "思涵", "子轩", "一诺", "明"]
}

/// A number with leading zeros.
func padded(_ number: Int, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
}
