public import KuayuModel
public import KuayuReconcile

extension ConsolePages {
    /// What one of three sides says of a case.
    public struct Side: Hashable, Sendable {
        /// Name of the region, or of the gateway.
        public var name: String
        /// Its version; nil when it does not have the case.
        public var version: Int?
        /// Its canonical state.
        public var status: String
        /// When the case was registered, as this side says.
        public var registeredAt: Instant?
        /// Digest of the content, `-` where it cannot say.
        public var contentDigest: String
        /// What else is to be known: could not be asked, two rows, when it changed.
        ///
        /// No personal data.
        public var notes: [String]

        /// What a side says.
        public init(
            name: String, version: Int?, status: String = "", registeredAt: Instant? = nil,
            contentDigest: String = "-", notes: [String] = []
        ) {
            self.name = name
            self.version = version
            self.status = status
            self.registeredAt = registeredAt
            self.contentDigest = contentDigest
            self.notes = notes
        }
    }

    /// One field on three sides, values as they may be shown; nil where a side has none or was not asked.
    public struct FieldLine: Hashable, Sendable {
        /// Path in the canonical case.
        public var path: String
        /// Its Chinese name.
        public var label: String
        /// At the origin.
        public var origin: String?
        /// At the gateway.
        public var gateway: String?
        /// At the destination.
        public var destination: String?
        /// Whether the sides that were asked say different things.
        public var differs: Bool

        /// A field.
        public init(
            path: String, label: String, origin: String?, gateway: String?, destination: String?, differs: Bool
        ) {
            self.path = path
            self.label = label
            self.origin = origin
            self.gateway = gateway
            self.destination = destination
            self.differs = differs
        }
    }

    /// One case at its origin, the gateway and its destination.
    public struct ThreeWay: Hashable, Sendable {
        /// The case.
        public var caseID: String
        /// At the origin.
        public var origin: Side
        /// At the gateway.
        public var gateway: Side
        /// At the destination.
        public var destination: Side
        /// Fields, those that differ first.
        public var fields: [FieldLine]

        /// Three sides.
        public init(caseID: String, origin: Side, gateway: Side, destination: Side, fields: [FieldLine]) {
            self.caseID = caseID
            self.origin = origin
            self.gateway = gateway
            self.destination = destination
            self.fields = fields
        }
    }

    /// One break: its sentence, the three sides, the fields, and what happened to it so far.
    ///
    /// Without `line` the three sides of a case that has no break.
    public static func threeWay(
        _ view: ThreeWay, line: ReconReport.BreakLine? = nil, events: [BreakEvent] = [], links: [Link] = [],
        language: ReportLanguage = .chinese
    ) -> [UInt8] {
        Page.whole(title: "\(view.caseID) · 三方对照", language: language) { language in
            let words = Words(language)
            var values = frame(links, words)
            values["caseID"] = view.caseID
            values["break"] = line.map { [banner($0, words)] } ?? []
            values["sides"] = [
                side(view.origin, words["origin"], view, words), side(view.gateway, words["atGateway"], view, words),
                side(view.destination, words["destination"], view, words),
            ]
            values["hasFields"] = !view.fields.isEmpty
            values["fields"] = view.fields.map { field -> Values in
                [
                    "path": field.path, "label": field.label, "origin": field.origin ?? "—",
                    "gateway": field.gateway ?? "—", "destination": field.destination ?? "—",
                    "style": field.differs ? "diff" : "",
                ]
            }
            values["hasEvents"] = !events.isEmpty
            values["events"] = events.map { event($0, words) }
            return Page.render("threeway", values)
        }
    }

    private static func banner(_ line: ReconReport.BreakLine, _ words: Words) -> Values {
        let parts = [
            "\(line.code.rawValue) \(words.name(line.code))", words.state(line.state), "T+\(line.ageWorkdays)",
            words.action(line.action),
        ]
        return [
            "style": line.state.isOpen ? "differs" : "agrees", "sentence": line.sentence(words.language),
            "detail": parts.joined(separator: " · "),
        ]
    }

    /// A side is marked when it does not say what the gateway says.
    private static func side(_ side: Side, _ title: String, _ view: ThreeWay, _ words: Words) -> Values {
        let mine = view.gateway
        let isUnchecked = side.contentDigest == "-" || mine.contentDigest == "-"
        let isSame =
            side.version == mine.version && side.status == mine.status && side.registeredAt == mine.registeredAt
            && (isUnchecked || side.contentDigest == mine.contentDigest)
        return [
            "title": title, "name": side.name, "style": isSame ? "agrees" : "differs", "isThere": side.version != nil,
            "status": words.status(side.status), "version": side.version.map { "v\($0)" } ?? "—",
            "registered": side.registeredAt.map(\.canonical) ?? "—", "content": side.contentDigest,
            "notes": side.notes,
        ]
    }

    private static func event(_ event: BreakEvent, _ words: Words) -> Values {
        [
            "at": event.at.canonical, "from": event.from.map(words.state) ?? "—", "to": words.state(event.to),
            "by": event.by == "gateway" ? words("网关", "gateway") : event.by, "reason": event.reason ?? event.run ?? "",
        ]
    }
}
