import KuayuModel

extension Break {
    /// The break as JSON, to be stored; times are Unix milliseconds.
    public var encoded: [UInt8] {
        RecordWriter.encode { writer in
            writer.text("id", id)
            writer.text("hub", hub.text)
            writer.object("finding", finding) { $1.write(to: &$0) }
            writer.text("state", state.rawValue)
            writer.text("firstRun", firstRun)
            writer.instant("firstSeenAt", firstSeenAt)
            writer.text("lastRun", lastRun)
            writer.instant("lastSeenAt", lastSeenAt)
            writer.number("seenCount", seenCount)
            writer.text("assignee", assignee)
            writer.instant("closedAt", closedAt)
            writer.text("closeReason", closeReason)
            writer.date("acceptedUntil", acceptedUntil)
            writer.instant("stateSince", stateSince)
        }
    }

    /// A break from what ``encoded`` gave; anything else is refused.
    public init(encoded bytes: [UInt8]) throws(RecordCodingError) {
        self = try RecordReader.decode(bytes) { (reader) throws(RecordCodingError) in
            Break(
                id: try reader.text("id"), hub: try reader.value("hub") { RegionCode($0) },
                finding: try reader.object("finding", Finding.init(from:)),
                state: try reader.value("state") { BreakState(rawValue: $0) },
                firstRun: try reader.text("firstRun"), firstSeenAt: try reader.instant("firstSeenAt"),
                lastRun: try reader.text("lastRun"), lastSeenAt: try reader.instant("lastSeenAt"),
                seenCount: try reader.number("seenCount"), assignee: try reader.textIfPresent("assignee"),
                closedAt: try reader.instantIfPresent("closedAt"),
                closeReason: try reader.textIfPresent("closeReason"),
                acceptedUntil: try reader.dateIfPresent("acceptedUntil"),
                stateSince: try reader.instantIfPresent("stateSince"))
        }
    }
}

extension Finding {
    fileprivate func write(to writer: inout RecordWriter) {
        writer.text("code", code.rawValue)
        writer.text("lane", lane.rawValue)
        writer.text("case", caseID)
        writer.number("lag", lag)
        writer.bool("inFlight", isInFlight)
        writer.bool("explained", isExplained)
        writer.number("firstVersion", firstVersion)
        writer.object("expected", expected) { $1.write(to: &$0) }
        writer.objects("found", found) { $1.write(to: &$0) }
        writer.text("chinese", chinese)
        writer.text("english", english)
        writer.text("action", action.rawValue)
        writer.bool("automatic", isAutomatic)
    }

    fileprivate init(from reader: inout RecordReader) throws(RecordCodingError) {
        self.init(
            code: try reader.value("code") { BreakCode(rawValue: $0) },
            lane: try reader.value("lane") { Lane(rawValue: $0) }, caseID: try reader.text("case"),
            lag: try reader.number("lag"), isInFlight: try reader.bool("inFlight"),
            isExplained: try reader.bool("explained"),
            firstVersion: try reader.number("firstVersion"),
            expected: try reader.objectIfPresent("expected", LedgerElement.init(from:)),
            found: try reader.objects("found", HubRow.init(from:)), chinese: try reader.text("chinese"),
            english: try reader.text("english"),
            action: try reader.value("action") { RepairAction(rawValue: $0) },
            isAutomatic: try reader.bool("automatic"))
    }
}

extension LedgerElement {
    fileprivate func write(to writer: inout RecordWriter) {
        writer.text("case", caseID)
        writer.number("version", version)
        writer.text("status", status)
        writer.text("content", contentDigest)
        writer.text("nonce", nonce)
        writer.number("registeredAt", registeredAt)
    }

    fileprivate init(from reader: inout RecordReader) throws(RecordCodingError) {
        self.init(
            caseID: try reader.text("case"), version: try reader.number("version"), status: try reader.text("status"),
            contentDigest: try reader.text("content"), nonce: try reader.text("nonce"),
            registeredAt: try reader.number("registeredAt"))
    }
}

extension HubRow {
    fileprivate func write(to writer: inout RecordWriter) {
        writer.object("element", element) { $1.write(to: &$0) }
        writer.number("stateAt", stateAt)
        writer.text("number", localNumber)
    }

    fileprivate init(from reader: inout RecordReader) throws(RecordCodingError) {
        self.init(
            element: try reader.object("element", LedgerElement.init(from:)),
            stateAt: try reader.numberIfPresent("stateAt"), localNumber: try reader.textIfPresent("number"))
    }
}
