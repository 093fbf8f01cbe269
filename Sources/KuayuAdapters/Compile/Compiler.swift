import KuayuModel

/// Turns the files of a folder into a ``Program`` and a ``HubProfile``, and gathers every problem on the way.
struct Compiler {
    let files: AdapterFiles
    let hooks: HookRegistry
    var reporter = Reporter()
    var program = ProgramDraft()
    var tableNumbers: [String: Int] = [:]
    var tablePlaces: [String: Place] = [:]
    var usedTables: Set<String> = []
    /// Local nodes with a rule that writes their text: scope and node → place of the rule.
    var writers: [LocalSpot: Place] = [:]
    var made: [CanonicalTarget: Place] = [:]
    /// Observed members of tuples wait until every rule has made its local names.
    var pendingObservations: [(LocalPath, Context, Place)] = []

    struct LocalSpot: Hashable {
        let scope: Int
        let node: Int
    }

    /// Where rules stand: the case, or the rows of a list.
    struct Context {
        var scope = 0
        var list: ListField?
        var inlineFields: [String: Int]?
    }

    init(files: AdapterFiles, hooks: HookRegistry) {
        self.files = files
        self.hooks = hooks
    }

    static let adapterFile = "adapter.yaml"

    mutating func compile() -> Program? {
        guard let bytes = files.files[Self.adapterFile] else {
            reporter.error("KA007", .whole(Self.adapterFile), "The folder has no adapter.yaml.")
            return nil
        }
        guard let root = YAMLTree.read(bytes, file: Self.adapterFile, reporter: &reporter),
            let map = map(root, Self.topKeys, what: "an adapter")
        else { return nil }
        header(map)
        codes(map["codes"])
        wire(map["wire"], at: root.place)
        defaults(map["defaults"])
        extensionBlock(map["extension"])
        if let rules = map["rules"] {
            program.rules = self.rules(rules, Context())
        } else {
            reporter.error("KA006", root.place, "The adapter has no `rules`.")
        }
        finishObservations()
        wirePaths(map["wire"])
        carry(map["carry"])
        refuses(map["refuses"])
        unsupported(map["unsupported"])
        program.made = Set(program.rules.flatMap(\.targets).map(\.field))
        checks(map)
        return reporter.hasErrors ? nil : Program(program)
    }

    private static let topKeys = [
        "adapter", "region", "canonical", "wire", "defaults", "extension", "carry", "refuses", "unsupported", "codes",
        "rules",
    ]

    private mutating func header(_ map: YAMLMap) {
        expect(map, "adapter", "v1")
        expect(map, "canonical", "case/v1")
        guard let region = text(map, "region", required: true) else { return }
        guard region.count == 6, RegionCode(region) != nil else {
            reporter.error("KA006", map.place("region"), "`region` is not six digits of a division.")
            return
        }
        program.region = region
    }

    private mutating func expect(_ map: YAMLMap, _ key: String, _ value: String) {
        guard let text = text(map, key, required: true), text != value else { return }
        reporter.error("KA006", map.place(key), "`\(key)` is `\(text)`; this version reads `\(value)`.")
    }

    // MARK: defaults, extension, carry, refuses, unsupported

    private mutating func defaults(_ node: YAMLNode?) {
        guard let node, let map = map(node, ["zone", "precision", "trim", "empty", "nulls"], what: "`defaults`") else {
            return
        }
        if let zone = text(map, "zone"), zone != "+08:00" {
            reporter.error(
                "KA006", map.place("zone"), "The zone `\(zone)` is not supported.", help: "Write \"+08:00\".")
        }
        if let empty = text(map, "empty"), empty != "absent" {
            reporter.error("KA006", map.place("empty"), "`empty` can only be `absent`.")
        }
        program.policy.trims = flag(map, "trim", otherwise: true)
        program.policy.nulls = texts(map, "nulls").map { Array($0.utf8) }
    }

    private mutating func extensionBlock(_ node: YAMLNode?) {
        guard let node, let map = map(node, ["local", "as"], what: "`extension`"),
            let path = localPath(map, "local"), let kind = choice(map, "as", ["text", "object"])
        else { return }
        if kind == "object", program.wire.format != .json {
            reporter.error("KA006", map.place("as"), "Only a JSON document can hold the extension as an object.")
        }
        program.extensionIsObject = kind == "object"
        extensionPath = (path, map.place("local"))
    }

    /// The extension stands where the rules let it appear last.
    var extensionPath: (LocalPath, Place)?

    private mutating func carry(_ node: YAMLNode?) {
        guard let node, let map = map(node, ["unmapped", "where", "drop", "why"], what: "`carry`") else { return }
        let unmapped = choice(map, "unmapped", ["keep", "drop"]) ?? "keep"
        program.keepsUnmapped = unmapped == "keep"
        if unmapped == "drop", text(map, "why") == nil {
            reporter.error("KA050", node.place, "`unmapped: drop` needs a `why`.")
        }
        if let place = text(map, "where"), place != "home" {
            reporter.error("KA006", map.place("where"), "`where` can only be `home`.")
        }
        for item in map["drop"]?.list ?? [] {
            guard let drop = self.map(item, ["path", "why"], what: "an entry of `drop`"),
                let path = localPath(drop, "path")
            else { continue }
            guard let why = text(drop, "why"), !why.isEmpty else {
                reporter.error("KA050", item.place, "A dropped path needs a `why`.")
                continue
            }
            program.drops.append(
                Program.Drop(steps: path.steps.map { Array($0.name.utf8) }, path: path.text, why: why))
        }
    }

    private mutating func refuses(_ node: YAMLNode?) {
        for entry in node?.entries ?? [] {
            guard let map = map(entry.value, ["values", "why"], what: "`refuses`") else { continue }
            guard let field = CaseSchema.v1.field(entry.key) else {
                unknownField(entry.key, entry.keyNode.place, nil)
                continue
            }
            guard let why = text(map, "why"), !why.isEmpty else {
                reporter.error("KA050", entry.keyNode.place, "A refusal needs a `why`.")
                continue
            }
            let values = Set(texts(map, "values"))
            for value in values.sorted() {
                if case .code(let set) = CaseSchema.v1.info(field).type, !set.contains(value) {
                    reporter.error(
                        "KA011", map.place("values"), "`\(value)` is no value of `\(entry.key)`.",
                        help: Spelling.help(for: value, in: set.codes))
                }
            }
            program.refusals.append(
                Program.Refusal(field: field, values: values, why: why, place: entry.keyNode.place))
        }
    }

    private mutating func unsupported(_ node: YAMLNode?) {
        for entry in node?.entries ?? [] {
            guard let map = map(entry.value, ["why"], what: "`unsupported`") else { continue }
            let fields = CaseSchema.v1.allFields.filter { Self.covers(entry.key, $0.path) }
            if fields.isEmpty { unknownField(entry.key, entry.keyNode.place, nil) }
            guard let why = text(map, "why"), !why.isEmpty else {
                reporter.error("KA050", entry.keyNode.place, "An unsupported field needs a `why`.")
                continue
            }
            program.unsupported.formUnion(fields)
            program.unsupportedReasons.append(Program.UnsupportedEntry(path: entry.key, why: why))
        }
    }

    /// Whether a field, a list or a prefix of the schema covers a field's path.
    static func covers(_ prefix: String, _ path: String) -> Bool {
        guard path.hasPrefix(prefix) else { return false }
        let rest = path.dropFirst(prefix.count)
        return rest.isEmpty || rest.hasPrefix(".") || rest.hasPrefix("[")
    }

    mutating func unknownField(_ name: String, _ place: Place, _ list: ListField?) {
        let kind = list.map { "column of `\($0.path)`" } ?? "field of case/v1"
        reporter.error(
            "KA010", place, "`\(name)` is no \(kind).",
            help: Spelling.help(
                for: name, in: CanonicalTarget.names(in: list),
                otherwise: "The fields are listed in the schema of case/v1."))
    }
}
