import KuayuEngine
import KuayuModel

/// Who takes part in a random case, and the case as it is registered.
struct CaseScene {
    let mode: ServiceItem.Mode
    /// Nil when the places are of no region, which no scene draws.
    let participants: Routing.Participants?
    let record: CaseRecord

    /// A division of each region.
    static let divisions: [(region: RegionCode, division: String)] = [
        (.shanghai, "310115"), (.jiangsu, "320500"), (.zhejiang, "330100"), (.anhui, "340100"),
    ]

    /// Draws a mode and the places; regions may play several parts.
    static func draw(using chance: inout SeededGenerator, now: Instant) -> CaseScene {
        let mode = ServiceItem.Mode.allCases[chance.next(below: 3)]
        var handling = divisions.shuffled(using: &chance).map(\.division)
        handling.removeLast(mode == .joint ? chance.next(below: 3) : 3)
        var record = template(now: now)
        record[.mode] = mode.rawValue
        record[.appliedDivision] = divisions[chance.next(below: 4)].division
        if mode == .collect { record[.collectedDivision] = divisions[chance.next(below: 4)].division }
        record[.handling] = handling.map { CaseNames.row(.handling, ["division": $0]) }
        let units = ["workday", "day", "hour"]
        record[.named("limits.promised.amount")] = String(1 + chance.next(below: 30))
        record[.named("limits.promised.unit")] = units[chance.next(below: 3)]
        record[.materials] = (1...3).map { number in
            let isDeferred = chance.chance(permille: 250)
            return CaseNames.row(
                .materials,
                ["id": "M\(number)", "name": "材料\(number)", "source": isDeferred ? "deferred" : "applicant"])
        }
        return CaseScene(mode: mode, participants: try? Routing.participants(of: record), record: record)
    }

    /// A valid case that has just been applied for.
    static func template(now: Instant) -> CaseRecord {
        var record = blank
        record[.registeredAt] = now.canonical
        record[CaseNames.appliedAt] = now.canonical
        record[.events] = [CaseNames.row(.events, ["action": "submitted", "startedAt": now.canonical])]
        return record
    }

    static let caseID = "CSJ202603020000018"

    private static let blank: CaseRecord = {
        var record = CaseRecord()
        let item = Items.standard.all.first
        let values: KeyValuePairs<String, String> = [
            "caseId": caseID, "version": "1", "status": "submitted",
            "item.catalogCode": item?.catalogCode.text ?? "", "item.name": item?.name ?? "", "applicant.kind": "1",
            "applicant.name": "张三", "applicant.idType": "111", "applicant.idNumber": "310101199003070019",
        ]
        for (path, value) in values { record[.named(path)] = value }
        return record
    }()

    /// A reporter of the case: one of its regions, or the gateway itself.
    func reporter(using chance: inout SeededGenerator) -> CaseMerge.Reporter {
        let all = participants?.all ?? [.shanghai]
        let handling = participants?.handling ?? all
        let number = chance.next(below: all.count * 2 + 1)
        // The handling regions report most.
        let region = number < all.count ? all[number] : handling[number % handling.count]
        let isGateway = number == all.count * 2
        let isCoarse = chance.chance(permille: 300)
        return CaseMerge.Reporter(
            region: region, roles: isGateway ? .gateway : participants?.roles(of: region) ?? [],
            isLead: !isGateway && handling.first == region, silent: [],
            rawStatus: chance.chance(permille: 500) ? "60|1" : nil
        ) { field, value in
            isCoarse && field == .status ? Self.coarse(value) : nil
        }
    }

    /// What a format without fine states makes of one; nil when it comes back as it is.
    private static func coarse(_ state: String) -> String? {
        switch state {
        case "special": "reviewing"
        case "decided", "issued", "delivered": "closed"
        case "transferred": "submitted"
        default: nil
        }
    }
}
