import KuayuModel

extension ReconReport.RollForward: FieldCoded {
    static var blank: ReconReport.RollForward { ReconReport.RollForward(hub: .blank, code: .blank) }

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(ReportError) {
        try coder.text("hub", &hub, "The hub.")
        try coder.text("code", &code, "The code.")
        try coder.number("opening", &opening, "Open when the period began.")
        try coder.number("new", &new, "Opened in it for the first time.")
        try coder.number("reopened", &reopened, "Opened in it again.")
        try coder.number("auto", &auto, "Closed by the gateway, or gone by themselves.")
        try coder.number("manual", &manual, "Closed after a person had done something.")
        try coder.number("accepted", &accepted, "Accepted by two persons.")
        try coder.number("closing", &closing, "Open when the period ended.")
        var copy = holds
        try coder.flag("holds", &copy, "opening + new + reopened - auto - manual - accepted = closing.")
    }
}

extension ReconReport.Ageing: FieldCoded {
    static var blank: ReconReport.Ageing { ReconReport.Ageing(hub: .blank, counts: []) }

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(ReportError) {
        try coder.text("hub", &hub, "The hub.")
        let buckets = ReconReport.AgeBucket.allCases
        try coder.numbers(
            "counts", &counts, count: buckets.count,
            "Open breaks of each age in working days: " + buckets.map(\.rawValue).joined(separator: ", ") + ".")
    }
}

extension ReconReport.Standing: FieldCoded {
    static var blank: ReconReport.Standing { ReconReport.Standing(version: 0, status: "") }

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(ReportError) {
        try coder.number("version", &version, "The version.")
        try coder.text("status", &status, "The state, as that side spells it.")
        try coder.text("localNumber", &localNumber, "The hub's own number of the case.")
    }
}

extension ReconReport.BreakLine: FieldCoded {
    static var blank: ReconReport.BreakLine {
        let finding = Finding(
            code: .blank, lane: .blank, caseID: "", isInFlight: false, firstVersion: 0, expected: nil, found: [],
            chinese: "", english: "", action: .blank, isAutomatic: false)
        return ReconReport.BreakLine(
            Break(
                id: "", hub: .blank, finding: finding, state: .blank, firstRun: "", firstSeenAt: .blank, lastRun: "",
                lastSeenAt: .blank),
            at: .blank)
    }

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(ReportError) {
        try coder.text("id", &id, "Digest of hub, lane, case, code and first version, 32 hexadecimal digits.")
        try coder.text("hub", &hub, "The hub.")
        try coder.text("lane", &lane, "in: cases of other regions; out: cases this region registered.")
        try coder.text("case", &caseID, "The case; for R14 the name of the source.")
        try coder.text("code", &code, "What kind.")
        try coder.derived("name", code.name, "Name of the code.")
        try coder.number("lag", &lag, "How many events the hub is behind (R04) or ahead (R05).")
        try coder.text("state", &state, "Where it stands.")
        try coder.text("firstSeenAt", &firstSeenAt, "When it was seen first.")
        try coder.text("lastSeenAt", &lastSeenAt, "When it was seen last.")
        try coder.number("ageWorkdays", &ageWorkdays, "Its age in working days.")
        try coder.text("chinese", &chinese, "Who did what and why it differs.")
        try coder.text("english", &english, "The same in English.")
        try coder.text("action", &action, "What is proposed.")
        try coder.flag("automatic", &isAutomatic, "Whether the gateway may do it without a person.")
        try coder.part("expected", &expected, "What the gateway expects; null when nothing.")
        try coder.list("found", &found, "What the hub has; empty when it has nothing.")
        try coder.text("assignee", &assignee, "Who looks after it.")
        try coder.text("acceptedUntil", &acceptedUntil, "Until when two persons live with it.")
        try coder.text("closedAt", &closedAt, "When it was over.")
        try coder.text("closeReason", &closeReason, "Why it is over.")
    }
}

extension ReconReport.TrendPoint: FieldCoded {
    static var blank: ReconReport.TrendPoint {
        ReconReport.TrendPoint(day: .blank, hub: .blank, differences: nil, openBreaks: 0)
    }

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(ReportError) {
        try coder.text("day", &day, "The day.")
        try coder.text("hub", &hub, "The hub.")
        try coder.number("differences", &differences, "Differences found; null when no run came to a conclusion.")
        try coder.number("openBreaks", &openBreaks, "Breaks open at the end of the day.")
    }
}

extension ReconReport.RepairLine: FieldCoded {
    static var blank: ReconReport.RepairLine {
        ReconReport.RepairLine(plan: "", hub: .blank, action: .blank, startedAt: .blank, steps: 0, done: 0)
    }

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(ReportError) {
        try coder.text("plan", &plan, "Id of the plan.")
        try coder.text("hub", &hub, "The hub.")
        try coder.text("action", &action, "What was done.")
        try coder.text("startedAt", &startedAt, "When it began.")
        try coder.text("endedAt", &endedAt, "When it ended.")
        try coder.number("steps", &steps, "Steps of the plan.")
        try coder.number("done", &done, "Steps done.")
        try coder.number("skipped", &skipped, "Steps left out because something had changed meanwhile.")
        try coder.number("failed", &failed, "Steps that failed.")
        try coder.text("proposedBy", &proposedBy, "Who proposed it: gateway, or a person.")
        try coder.text("approvedBy", &approvedBy, "Who approved it.")
        try coder.text("stopReason", &stopReason, "Why it was stopped before its end.")
    }
}

extension ReconReport.Signature: FieldCoded {
    static var blank: ReconReport.Signature { ReconReport.Signature(by: "", at: .blank) }

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(ReportError) {
        try coder.text("by", &by, "Who.")
        try coder.text("at", &at, "When.")
    }
}

extension ReconReport.SignOff: FieldCoded {
    static var blank: ReconReport.SignOff { ReconReport.SignOff(hub: .blank, day: .blank) }

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(ReportError) {
        try coder.text("hub", &hub, "The hub.")
        try coder.text("day", &day, "The day.")
        try coder.text("reportDigest", &reportDigest, "Digest of the report that was signed, sha256:...")
        try coder.part("first", &first, "The first signature.")
        try coder.part("second", &second, "The second, by another person.")
    }
}

extension ReconReport.NoticeLine: FieldCoded {
    static var blank: ReconReport.NoticeLine {
        ReconReport.NoticeLine(id: "", hub: .blank, code: nil, chinese: "", english: "", count: 0, openedAt: .blank)
    }

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(ReportError) {
        try coder.text("id", &id, "Its id.")
        try coder.text("hub", &hub, "The hub.")
        try coder.text("code", &code, "The kind of break it is about.")
        try coder.text("chinese", &chinese, "What it says.")
        try coder.text("english", &english, "The same in English.")
        try coder.number("count", &count, "How many breaks it stands for.")
        try coder.text("openedAt", &openedAt, "When it was opened.")
        try coder.text("closedAt", &closedAt, "When it was closed.")
    }
}
