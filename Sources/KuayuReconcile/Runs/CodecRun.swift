import KuayuModel

extension RunRecord {
    /// The run as JSON, to be stored; times are Unix milliseconds.
    public var encoded: [UInt8] {
        RecordWriter.encode { writer in
            writer.text("id", id)
            writer.text("hub", hub.text)
            writer.text("profile", profile.rawValue)
            writer.text("kind", kind.rawValue)
            writer.date("day", day)
            writer.instant("startedAt", startedAt)
            writer.instant("endedAt", endedAt)
            writer.text("state", state.rawValue)
            writer.object("cut", cut) { $1.write(to: &$0) }
            writer.objects("lanes", lanes) { $1.write(to: &$0) }
            writer.object("fault", fault) { writer, fault in
                writer.text("kind", fault.kind.rawValue)
                writer.text("detail", fault.detail)
            }
        }
    }

    /// A run from what ``encoded`` gave; anything else is refused.
    public init(encoded bytes: [UInt8]) throws(RecordCodingError) {
        self = try RecordReader.decode(bytes) { (reader) throws(RecordCodingError) in
            RunRecord(
                id: try reader.text("id"), hub: try reader.value("hub") { RegionCode($0) },
                profile: try reader.value("profile") { ReconcileProfile(rawValue: $0) },
                kind: try reader.value("kind") { Kind(rawValue: $0) }, day: try reader.dateIfPresent("day"),
                startedAt: try reader.instant("startedAt"), endedAt: try reader.instantIfPresent("endedAt"),
                state: try reader.value("state") { State(rawValue: $0) },
                cut: try reader.objectIfPresent("cut", ReconciliationCut.init(from:)),
                lanes: try reader.objects("lanes", LaneRecord.init(from:)),
                fault: try reader.objectIfPresent("fault", FeedError.init(from:)))
        }
    }
}

extension RunRecord.LaneRecord {
    fileprivate func write(to writer: inout RecordWriter) {
        writer.text("lane", lane.rawValue)
        writer.object("expected", expected) { $1.write(to: &$0) }
        writer.object("found", found) { $1.write(to: &$0) }
        writer.number("matched", matched)
        writer.number("inFlight", inFlight)
        writer.number("unchecked", unchecked)
        writer.number("breaks", breaks)
        writer.objects("byStatus", byStatus) { writer, count in
            writer.text("status", count.status)
            writer.number("expected", count.expected)
            writer.number("found", count.found)
        }
        writer.objects("byDay", byDay) { writer, count in
            writer.date("day", count.day)
            writer.number("expected", count.expected)
            writer.number("differing", count.differing)
        }
        writer.object("cost", cost) { $1.write(to: &$0) }
    }

    fileprivate init(from reader: inout RecordReader) throws(RecordCodingError) {
        self.init(
            lane: try reader.value("lane") { Lane(rawValue: $0) },
            expected: try reader.object("expected", Accumulator.init(from:)),
            found: try reader.object("found", Accumulator.init(from:)), matched: try reader.number("matched"),
            inFlight: try reader.number("inFlight"), unchecked: try reader.number("unchecked"),
            breaks: try reader.number("breaks"),
            byStatus: try reader.objects("byStatus", RunRecord.StatusCount.init(from:)),
            byDay: try reader.objects("byDay", RunRecord.DayCount.init(from:)),
            cost: try reader.object("cost", ComparisonCost.init(from:)))
    }
}

extension RunRecord.StatusCount {
    fileprivate init(from reader: inout RecordReader) throws(RecordCodingError) {
        self.init(
            status: try reader.text("status"), expected: try reader.number("expected"),
            found: try reader.numberIfPresent("found"))
    }
}

extension RunRecord.DayCount {
    fileprivate init(from reader: inout RecordReader) throws(RecordCodingError) {
        self.init(
            day: try reader.value("day") { CalendarDate($0) }, expected: try reader.number("expected"),
            differing: try reader.number("differing"))
    }
}

extension Accumulator {
    fileprivate func write(to writer: inout RecordWriter) {
        writer.number("rows", count)
        writer.text("a", hexadecimal)
    }

    fileprivate init(from reader: inout RecordReader) throws(RecordCodingError) {
        self.init(
            count: try reader.number("rows"),
            sum: try reader.value("a") { text in HexText.decode(text).flatMap { ElementID(bytes: $0) } })
    }
}

extension ComparisonCost {
    fileprivate func write(to writer: inout RecordWriter) {
        writer.number("bytesSent", bytesSent)
        writer.number("bytesReceived", bytesReceived)
        writer.number("roundTrips", roundTrips)
        writer.number("milliseconds", milliseconds)
    }

    fileprivate init(from reader: inout RecordReader) throws(RecordCodingError) {
        self.init()
        bytesSent = try reader.number("bytesSent")
        bytesReceived = try reader.number("bytesReceived")
        roundTrips = try reader.number("roundTrips")
        milliseconds = try reader.number("milliseconds")
    }
}

extension ReconciliationCut {
    fileprivate func write(to writer: inout RecordWriter) {
        writer.instant("hub", hubWatermark)
        writer.instant("gateway", gatewayWatermark)
        writer.number("grace", graceMilliseconds)
    }

    fileprivate init(from reader: inout RecordReader) throws(RecordCodingError) {
        self.init(
            hubWatermark: try reader.instant("hub"), gatewayWatermark: try reader.instant("gateway"),
            graceMilliseconds: try reader.number("grace"))
    }
}

extension FeedError {
    fileprivate init(from reader: inout RecordReader) throws(RecordCodingError) {
        self.init(try reader.value("kind") { Kind(rawValue: $0) }, try reader.text("detail"))
    }
}
