import KuayuModel
import KuayuRules

/// Bundles made up for tests; persons and numbers are synthetic.
enum Sample {
    static let start = "2026-03-02T09:00:00+08:00"

    /// A case id of the day, by its number.
    static func id(_ number: Int) -> CaseID {
        guard let id = CaseID.make(date: CalendarDate(daysSinceEpoch: 20_514), gateway: 1, sequence: number) else {
            preconditionFailure("a day has fewer cases")
        }
        return id
    }

    /// A registered main case of a theme, which names it as `theme` says.
    static func main(theme: String? = "newborn", handling: [String] = ["330106", "320106"]) -> CaseRecord {
        var record = CaseRecord()
        record[.caseID] = id(0).text
        record[.version] = "1"
        record[.registeredAt] = start
        record[.catalogCode] = "002099900000"
        record[.itemName] = "一件事"
        record[.mode] = handling.count > 1 ? "joint" : "online"
        record[.appliedDivision] = "310115"
        record[.named("places.applied.unitName")] = "浦东新区行政服务中心"
        record[.named("places.result.division")] = "310115"
        record[.named("channel.kind")] = "window"
        record[.named("applicant.kind")] = "1"
        record[.named("applicant.name")] = "周样"
        record[.named("applicant.idType")] = "111"
        record[.named("applicant.idNumber")] = "310101199003070019"
        record[.named("appliedAt")] = start
        record[.named("delivery.way")] = "express"
        record[.named("bundle.bundleId")] = "YJS1"
        record[.named("bundle.theme")] = theme
        record[.named("bundle.role")] = "main"
        record[.status] = "submitted"
        record[.handling] = handling.map { division in
            row(.handling, ["places.handling[].division": division])
        }
        record[.materials] = [material("M1", "出生医学证明首次签发登记表"), material("M2", "居民身份证")]
        record[.named("form")] = [row(.named("form"), ["form[].key": "motherName", "form[].value": "吴样"])]
        return record
    }

    /// A row by full paths.
    static func row(_ list: ListField, _ values: [String: String]) -> CaseRow {
        var row = CaseRow(list)
        for (path, value) in values { row[.named(path)] = value }
        return row
    }

    /// A material that is there.
    static func material(_ id: String, _ name: String) -> CaseRow {
        row(.materials, ["materials[].id": id, "materials[].name": name, "materials[].source": "applicant"])
    }

    /// A supplement that was asked for.
    static func supplement(_ items: String, at time: String, answeredAt: String? = nil) -> CaseRow {
        var values = ["supplements[].requestedAt": time, "supplements[].items": items]
        values["supplements[].answeredAt"] = answeredAt
        return row(.named("supplements"), values)
    }

    /// A main case and its registered children, all as fanned out.
    static func bundle(_ theme: String = "newborn", handling: [String] = ["330106", "320106"]) throws -> [BundleMember]
    {
        let plan = try BundlePlan.fanOut(main: main(theme: theme, handling: handling))
        return [BundleMember(record: plan.main)]
            + plan.children.enumerated().map { index, child in registered(child, number: index + 1) }
    }

    /// A case with what registration adds.
    static func registered(_ record: CaseRecord, number: Int) -> BundleMember {
        var record = record
        record[.caseID] = id(number).text
        record[.version] = "1"
        record[.registeredAt] = start
        return BundleMember(record: record)
    }

    /// A child that a hub sent singly.
    static func single(
        _ number: Int, item: String = "002014014000", after: [String] = [], state: CaseState = .submitted,
        outcome: String? = nil, localNumber: String? = nil
    ) -> BundleMember {
        var record = CaseRecord()
        record[.catalogCode] = item
        record[.itemName] = "事项\(number)"
        record[.mode] = "online"
        record[.appliedDivision] = "320500"
        record[.named("bundle.bundleId")] = "JS-7"
        record[.named("bundle.after")] = after.joined(separator: "\n")
        record[.status] = state.rawValue
        record[.outcome] = outcome
        if let localNumber {
            record[.localNumbers] = [
                row(
                    .localNumbers,
                    [
                        "localNumbers[].region": "320000", "localNumbers[].scheme": "ProjectNo",
                        "localNumbers[].value": localNumber,
                    ])
            ]
        }
        return registered(record, number: number)
    }

    /// Moves the member at a place.
    static func move(
        _ members: inout [BundleMember], _ index: Int, to state: CaseState, outcome: String? = nil
    ) {
        members[index].record[.status] = state.rawValue
        if let outcome { members[index].record[.outcome] = outcome }
    }
}

extension BundleView {
    /// How the children stand, by name.
    var standings: [String: Standing] {
        Dictionary(children.map { ($0.name, $0.standing) }) { first, _ in first }
    }
}
