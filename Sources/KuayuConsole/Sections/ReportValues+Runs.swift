import KuayuModel
import KuayuReconcile

/// What the runs cost, and who signed.
extension ReportValues {
    var costs: Values {
        let runs = report.hubs.flatMap { section in section.runs.map { (section.name(in: language), $0) } }
        return ["hasCosts": !runs.isEmpty, "costs": runs.map { RunValues.row($0.1, hub: $0.0, words) }]
    }

    var signatures: Values {
        let note: String
        if report.canBeSigned {
            note = words("滚动核对各行均平、各枢纽均有结论，可以签核。", "Every row holds and every hub has a conclusion: it may be signed.")
        } else {
            note = words(
                "滚动核对不平或有枢纽未得出结论，不能签核。", "A row does not hold or a hub has no conclusion: it cannot be signed.")
        }
        let known = Dictionary(report.signOffs.map { ($0.hub, $0) }, uniquingKeysWith: { $1 })
        return ["signNote": note, "signs": report.hubs.map { sign($0, known[$0.hub]) }]
    }

    private func sign(_ section: ReconReport.HubSection, _ signOff: ReconReport.SignOff?) -> Values {
        let isComplete = signOff?.isComplete ?? false
        let state =
            isComplete
            ? words("已冻结", "frozen") : signOff?.first == nil ? words("未签", "unsigned") : words("待复核", "half signed")
        let show = { (signature: ReconReport.Signature?) in
            signature.map { "\($0.by) · \(language.minute($0.at))" } ?? ""
        }
        return [
            "hub": section.name(in: language), "signState": state, "signClass": isComplete ? "good" : "doubt",
            "first": show(signOff?.first), "second": show(signOff?.second),
            "digest": signOff?.reportDigest.map { [String($0.prefix(23)) + "…"] } ?? [],
        ]
    }
}

/// A run as a row of a table.
enum RunValues {
    static func row(_ run: RunRecord, hub: String, _ words: Words) -> Values {
        var cost = ComparisonCost()
        for lane in run.lanes {
            cost.bytesSent += lane.cost.bytesSent
            cost.bytesReceived += lane.cost.bytesReceived
            cost.roundTrips += lane.cost.roundTrips
            cost.milliseconds += lane.cost.milliseconds
        }
        let state = words.runState(run.state)
        return [
            "run": run.id, "hub": hub, "kind": words.kind(run.kind), "profile": run.profile.rawValue,
            "state": state.text, "stateClass": state.style, "started": words.language.minute(run.startedAt),
            "sent": words.bytes(cost.bytesSent), "received": words.bytes(cost.bytesReceived),
            "trips": number(cost.roundTrips), "time": words.duration(cost.milliseconds),
            "breakCount": number(run.lanes.reduce(0) { $0 + $1.breaks }),
            "inFlight": number(run.lanes.reduce(0) { $0 + $1.inFlight }), "fault": run.fault?.description ?? "",
        ]
    }
}
