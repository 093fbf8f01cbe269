import KuayuModel

extension RunRecord: FieldCoded {
    static var blank: RunRecord {
        RunRecord(id: "", hub: .blank, profile: .blank, kind: .blank, startedAt: .blank)
    }

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(ReportError) {
        try coder.text("id", &id, "Its id.")
        try coder.text("hub", &hub, "The hub.")
        try coder.text("profile", &profile, "How the hub answered: S SQL sums, F files, N negentropy v1.")
        try coder.text("kind", &kind, "What started it.")
        try coder.text("day", &day, "The day that a daily run closes.")
        try coder.text("startedAt", &startedAt, "When it began.")
        try coder.text("endedAt", &endedAt, "When it ended.")
        try coder.text("state", &state, "Where it stands.")
        try coder.part("cut", &cut, "Up to when both ledgers were complete.")
        try coder.list("lanes", &lanes, "The lanes; empty when nothing could be concluded.")
        try coder.part("fault", &fault, "Why nothing could be concluded (R14).")
    }
}

extension ReconciliationCut: FieldCoded {
    static var blank: ReconciliationCut { ReconciliationCut(hubWatermark: .blank, gatewayWatermark: .blank) }

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(ReportError) {
        try coder.text("hubWatermark", &hubWatermark, "Until when the hub's answer holds every change.")
        try coder.text("gatewayWatermark", &gatewayWatermark, "Until when the gateway's ledger holds every change.")
        try coder.number("graceMilliseconds", &graceMilliseconds, "How long a change may take to arrive.")
        try coder.derived("at", at.canonical, "The earlier of the two, less the grace.")
    }
}

extension FeedError: FieldCoded {
    static var blank: FeedError { FeedError(.unreadable, "") }

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(ReportError) {
        try coder.text("kind", &kind, "What is wrong.")
        try coder.text("detail", &detail, "Where and what exactly.")
    }
}

extension RunRecord.LaneRecord: FieldCoded {
    static var blank: RunRecord.LaneRecord {
        RunRecord.LaneRecord(
            lane: .blank, expected: Accumulator(), found: Accumulator(), matched: 0, inFlight: 0, unchecked: 0,
            breaks: 0)
    }

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(ReportError) {
        try coder.text("lane", &lane, "in: cases of other regions; out: cases this region registered.")
        try coder.part("expected", &expected, "Number and sum of the gateway's side.")
        try coder.part("found", &found, "Number and sum of the hub's side.")
        try coder.number("matched", &matched, "Cases that agree.")
        try coder.number("inFlight", &inFlight, "Differences that something under way explains.")
        try coder.number("unchecked", &unchecked, "Cases of which the hub cannot tell the content.")
        try coder.number("breaks", &breaks, "Breaks that this run saw.")
        try coder.list("byStatus", &byStatus, "By state.")
        try coder.list("byDay", &byDay, "By day of registration.")
        try coder.part("cost", &cost, "What it took.")
    }
}

extension Accumulator: FieldCoded {
    static var blank: Accumulator { Accumulator() }

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(ReportError) {
        var number = Int(clamping: count)
        var digits = sum
        try coder.number("n", &number, "How many elements.")
        try coder.text("a", &digits, "Sum of their identities modulo 2^256, 64 hexadecimal digits.")
        self = Accumulator(count: UInt64(number), sum: digits)
    }
}

extension RunRecord.StatusCount: FieldCoded {
    static var blank: RunRecord.StatusCount { RunRecord.StatusCount(status: "", expected: 0, found: nil) }

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(ReportError) {
        try coder.text("status", &status, "The state.")
        try coder.number("expected", &expected, "Cases at the gateway.")
        try coder.number("found", &found, "Cases at the hub; null where it does not tell.")
    }
}

extension RunRecord.DayCount: FieldCoded {
    static var blank: RunRecord.DayCount { RunRecord.DayCount(day: .blank, expected: 0, differing: 0) }

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(ReportError) {
        try coder.text("day", &day, "Day of registration at +08:00.")
        try coder.number("expected", &expected, "Cases at the gateway.")
        try coder.number("differing", &differing, "Cases that differ.")
    }
}

extension ComparisonCost: FieldCoded {
    static var blank: ComparisonCost { ComparisonCost() }

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(ReportError) {
        try coder.number("bytesSent", &bytesSent, "Bytes sent to the hub.")
        try coder.number("bytesReceived", &bytesReceived, "Bytes received from it.")
        try coder.number("roundTrips", &roundTrips, "Questions asked.")
        try coder.number("milliseconds", &milliseconds, "From the first question to the last answer.")
    }
}
