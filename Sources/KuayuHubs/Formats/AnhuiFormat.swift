import KuayuFormats
import KuayuModel

/// Anhui: pipe-delimited lines in GB18030, pinyin initials for columns.
struct AnhuiFormat: LocalFormat {
    let region = RegionCode.anhui
    let contentType = "text/plain; charset=GB18030"

    static let columns = [
        "SBLSH", "YWBH", "SXBM", "SXMC", "XZQH", "SLDWCODE", "SLDWNAME", "SQRLX", "SQRMC", "ZJLX", "ZJHM", "LXRXM",
        "LXDH", "DLRXM", "DLRZJHM", "SQSJ", "SLSJ", "CNSX", "CNSXDW", "CNBJSJ", "BJLX", "SQFS", "KJFW", "LQFS",
        "SJRXM", "SJRDZ", "SJRDH", "HJMC", "HJZT", "BLYJ", "BLJG", "BJJGDM", "BJSJ", "ZZMC", "ZZBS", "CLQD", "RQBZ",
        "RQQX", "YJSBH", "FBJBH", "SJJB", "ISSTATUS", "CJSJ", "XGSJ", "MS", "BLQH", "KZ",
    ]

    private static let pattern = "yyyyMMddHHmmss"

    func draft(_ draft: CaseDraft, number: String) -> LocalTree {
        var tree = LocalTree.object([])
        let time = LocalTime.text(draft.appliedAt, Self.pattern)
        var values: [(String, String)] = [
            ("SBLSH", number), ("SXBM", draft.catalogCode), ("SXMC", draft.itemName),
            ("XZQH", draft.lead), ("SQRLX", draft.isPerson ? "20" : "10"), ("SQRMC", draft.name),
            ("ZJLX", draft.isPerson ? "111" : "001"), ("ZJHM", draft.idNumber), ("LXRXM", draft.name),
            ("LXDH", draft.mobile), ("DLRXM", "-"), ("SQSJ", time),
            ("CNSX", String(draft.promisedWorkdays)), ("CNSXDW", "G"), ("BJLX", "2"),
            ("SQFS", "1"), ("KJFW", "1"), ("LQFS", "2"), ("SJRXM", draft.name), ("SJRDZ", draft.address),
            ("SJRDH", draft.mobile),
            ("SLDWNAME", "NULL"), ("CLQD", draft.materials.map(line).joined(separator: ";")), ("RQBZ", "0"),
            ("SJJB", "L4"), ("ISSTATUS", "0"),
            ("CJSJ", time), ("XGSJ", time), ("MS", draft.mode), ("BLQH", draft.handling.joined(separator: ";")),
        ]
        if draft.collection?.isDone == true { values += [("HJMC", "收件"), ("HJZT", "2")] }
        if let promise = draft.promise {
            values += [("RQBZ", "1"), ("RQQX", LocalTime.text(promise.dueAt, Self.pattern))]
        }
        if let bundle = draft.bundle { values += [("YJSBH", bundle.number), ("FBJBH", bundle.childOf ?? "")] }
        for (name, value) in values { tree[name] = .text(value) }
        return tree
    }

    private func line(_ material: CaseDraft.Material) -> String {
        "\(material.code):\(material.name):\(material.isOwed ? "5" : material.licence == nil ? "1" : "2")"
    }

    func ownNumber(_ document: LocalTree) -> String? { nonEmpty(document["SBLSH"]) }
    func setOwnNumber(_ number: String, in document: inout LocalTree) { document["SBLSH"] = .text(number) }
    func federationID(_ document: LocalTree) -> String? { nonEmpty(document["YWBH"]) }
    func setFederationID(_ id: String, in document: inout LocalTree) { document["YWBH"] = .text(id) }

    func handling(_ document: LocalTree) -> [String] {
        let list = (document["BLQH"]?.text ?? "").split(separator: ";").map(String.init)
        return list.isEmpty ? nonEmpty(document["XZQH"]).map { [$0] } ?? [] : list
    }

    func itemCode(_ document: LocalTree) -> String? { nonEmpty(document["SXBM"]) }
    func applicantNumber(_ document: LocalTree) -> String? { nonEmpty(document["ZJHM"]) }
    func bundleNumber(_ document: LocalTree) -> String? { nonEmpty(document["YJSBH"]) }
    func isSupplementing(_ document: LocalTree) -> Bool { document["HJMC"]?.text == "补正" }

    // MARK: steps

    func advance(_ document: inout LocalTree, to stage: CaseStage, _ context: StageContext) {
        let time = LocalTime.text(context.time, Self.pattern)
        document["XGSJ"] = .text(time)
        guard stage != .fulfilled, stage != .answered || isSupplementing(document) else { return }
        document["HJMC"] = .text(Self.step(stage))
        document["HJZT"] = .text(stage == .special ? "1" : "2")
        if let accepted = context.acceptedAt { document["SLSJ"] = .text(LocalTime.text(accepted, Self.pattern)) }
        switch stage {
        case .accepted: document["SLSJ"] = .text(time)
        case .decided, .issued, .delivered, .granted, .closed, .denied:
            document["BLJG"] = .text(stage.isGranted ? "0" : "1")
            document["BJJGDM"] = .text(stage.isGranted ? "0" : "1")
            document["BJSJ"] = .text(time)
        case .notAccepted, .returned, .withdrawn:
            document["BLJG"] = .text("")
            document["BJJGDM"] = .text(stage == .notAccepted ? "6" : "5")
            if stage != .withdrawn { document["BJSJ"] = .text(time) }
        case .voided: document["ISSTATUS"] = .text("5")
        default: break
        }
    }

    private static func step(_ stage: CaseStage) -> String {
        switch stage {
        case .collected: "收件"
        case .accepted: "受理"
        case .supplementing: "补正"
        case .answered, .reviewing, .fulfilled: "审查"
        case .special: "特别程序"
        case .decided, .issued, .delivered, .granted, .closed, .denied: "办结"
        case .notAccepted: "不予受理"
        case .returned: "退回"
        case .withdrawn: "撤回"
        case .voided: "作废"
        }
    }

    // MARK: materials and the extension block

    func materials(_ document: LocalTree) -> [LocalMaterial] {
        Self.parts(document).map { parts in
            LocalMaterial(
                id: parts[0], name: parts.count > 1 ? parts[1] : "", isOwed: parts.count > 2 && parts[2] == "5")
        }
    }

    func addMaterial(_ material: CaseDraft.Material, to document: inout LocalTree) {
        let list = nonEmpty(document["CLQD"]).map { $0 + ";" } ?? ""
        document["CLQD"] = .text(list + line(material))
    }

    func settleOwed(in document: inout LocalTree) {
        let lines = Self.parts(document).map { parts in
            (parts.count > 2 && parts[2] == "5" ? [parts[0], parts[1], "1"] : parts).joined(separator: ":")
        }
        document["CLQD"] = .text(lines.joined(separator: ";"))
        document["RQBZ"] = .text("0")
        document["RQQX"] = .text("")
    }

    private static func parts(_ document: LocalTree) -> [[String]] {
        (document["CLQD"]?.text ?? "").split(separator: ";").map {
            $0.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        }
    }

    func extensionBlock(_ document: LocalTree) -> LocalTree? { block(in: document["KZ"]) }

    func setExtension(_ block: LocalTree?, in document: inout LocalTree) {
        document["KZ"] = text(of: block) ?? (document["KZ"] == nil ? nil : .text(""))
    }

    // MARK: payloads

    func payload(_ documents: [LocalTree], key: String, now: Instant) -> [UInt8] {
        var text = "#BJ|v3|340000|\(key)|\(documents.count)\n"
        for document in documents {
            text += Self.columns.map { Self.escaped(document[$0]?.text ?? "") }.joined(separator: "|") + "\n"
        }
        return (try? GB18030.encode(Array(text.utf8), repertoire: .gb18030)) ?? []
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("|", with: "\\|").replacing("\n", with: "\\n")
    }

    func parse(_ payload: [UInt8]) throws -> [LocalTree] {
        let decoded = try GB18030.decode(payload).bytes
        guard let end = decoded.firstIndex(of: UInt8(ascii: "\n")), decoded.starts(with: Array("#BJ|v3|".utf8)) else {
            throw UnreadablePayload(reason: "no header line")
        }
        let (tape, errors) = DelimitedReader.table(decoded, columns: Self.columns, from: end + 1, dialect: .pipe)
        if let error = errors.first { throw error }
        return LocalTree(tape).elements
    }

    func reply(_ outcome: ReplyOutcome, cases: [String]) -> [UInt8] { [] }

    private func nonEmpty(_ tree: LocalTree?) -> String? {
        tree?.text.flatMap { ["", "-", "NULL", "暂无"].contains($0) ? nil : $0 }
    }
}
