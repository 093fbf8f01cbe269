import KuayuFormats
import KuayuModel

/// Jiangsu: XML in GB18030, CamelCase.
struct JiangsuFormat: LocalFormat {
    let region = RegionCode.jiangsu
    let contentType = "application/xml; charset=GB18030"

    private static let pattern = "yyyyMMddTHHmmss"

    func draft(_ draft: CaseDraft, number: String) -> LocalTree {
        var tree = LocalTree.object([])
        let time = LocalTime.text(draft.appliedAt, Self.pattern)
        tree.set("Header/DataSource", .text("p32"))
        tree.set("Header/CdBatch", .text("B" + padded(draft.serial, 8)))
        tree.set("Header/CdTime", .text(time))
        tree.set("Header/CdOperation", .text("I"))
        tree.set("Header/Version", .text("1.0"))
        tree.set("Header/CsjMode", .text(draft.mode))
        tree.set("Header/CsjHandling", .object(draft.handling.map { .init(name: "Code", value: .text($0)) }))
        tree.set("Region", .text(draft.lead))
        let apply: [(String, String)] = [
            ("ProjectNo", number), ("CataLogCode", draft.catalogCode), ("TaskName", draft.itemName),
            ("ApplyerName", draft.name), ("ApplyerType", draft.isPerson ? "1" : "2"),
            ("ApplyerPageType", draft.isPerson ? "111" : "01"), ("ApplyerPageCode", draft.idNumber),
            ("ContactName", draft.name), ("ContactMobile", draft.mobile), ("Address", draft.address),
            // Bare digits occur as well.
            ("ApplyDate", draft.serial % 2 == 0 ? time : time.replacing("T", with: "")),
            ("ApplyType", draft.collection == nil ? "2" : "1"),
            ("ProjectType", "2"), ("PromiseDay", String(draft.promisedWorkdays)), ("PromiseType", "1"),
        ]
        for (name, value) in apply { tree.set("ApplyInfo/" + name, .text(value)) }
        if draft.collection?.isDone == true { addProcess("收件", "窗口收件核验身份", time, to: &tree) }
        for material in draft.materials { addMaterial(material, to: &tree) }
        if let promise = draft.promise {
            let due = LocalTime.text(promise.dueAt, Self.pattern)
            changeMaterials(of: &tree) { if $0["IsRongQue"]?.text == "1" { $0["RongQueDate"] = .text(due) } }
        }
        if let bundle = draft.bundle {
            tree.set("Bundle/YjsNo", .text(bundle.number))
            if !bundle.after.isEmpty {
                tree.set("Bundle/Children", .object(bundle.after.map { .init(name: "Child", value: .text($0)) }))
            }
        }
        return tree
    }

    func ownNumber(_ document: LocalTree) -> String? { nonEmpty(document.at("ApplyInfo/ProjectNo")) }
    func setOwnNumber(_ number: String, in document: inout LocalTree) {
        document.set("ApplyInfo/ProjectNo", .text(number))
    }
    func federationID(_ document: LocalTree) -> String? { nonEmpty(document.at("Header/CsjNo")) }
    func setFederationID(_ id: String, in document: inout LocalTree) { document.set("Header/CsjNo", .text(id)) }

    func handling(_ document: LocalTree) -> [String] {
        let list = (document.at("Header/CsjHandling")?.all("Code") ?? []).compactMap(\.text)
        return list.isEmpty ? document["Region"]?.text.map { [$0] } ?? [] : list
    }

    func itemCode(_ document: LocalTree) -> String? { nonEmpty(document.at("ApplyInfo/CataLogCode")) }
    func applicantNumber(_ document: LocalTree) -> String? { nonEmpty(document.at("ApplyInfo/ApplyerPageCode")) }
    func bundleNumber(_ document: LocalTree) -> String? { nonEmpty(document.at("Bundle/YjsNo")) }

    func isSupplementing(_ document: LocalTree) -> Bool {
        nonEmpty(document.at("ResultInfo/ResultType")) == nil
            && document["ProcessList"]?.all("Process").last?["EventName"]?.text == "补正"
    }

    // MARK: steps

    func advance(_ document: inout LocalTree, to stage: CaseStage, _ context: StageContext) {
        let time = LocalTime.text(context.time, Self.pattern)
        document.set("Header/CdOperation", .text("U"))
        guard stage != .fulfilled, stage != .answered || isSupplementing(document) else { return }
        if stage != .special { endSpecial(time, in: &document) }
        if let accepted = context.acceptedAt {
            document.set("AcceptInfo/AcceptDate", .text(LocalTime.text(accepted, Self.pattern)))
        }
        switch stage {
        case .accepted:
            // The unit is the one of the division in charge, in a joint case the lead's.
            if !context.isBranch { document.set("AcceptInfo/OrgName", .text("示例行政审批局")) }
            document.set("AcceptInfo/AcceptDate", .text(time))
            addProcess("受理", "受理", time, to: &document)
        case .collected: addProcess("收件", "窗口收件核验身份", time, to: &document)
        case .supplementing: addProcess("补正", "补正", time, to: &document)
        case .answered: addProcess("通过", "补正材料已提交", time, to: &document)
        case .reviewing: addProcess("通过", "通过", time, to: &document)
        case .special: beginSpecial(time, in: &document)
        case .decided, .issued, .delivered, .granted, .closed: finish("通过", "6", time, in: &document)
        case .denied: finish("不予许可", "6", time, in: &document)
        case .notAccepted: finish("不予受理", "1", time, in: &document)
        case .returned: finish("退回", "1", time, in: &document)
        case .withdrawn:
            addProcess("撤回", "撤回", time, to: &document)
            document.set("ResultInfo/ResultType", .text("2"))
        case .voided: finish("其他", "2", time, in: &document)
        case .fulfilled: break
        }
    }

    private func finish(_ event: String, _ type: String, _ time: String, in document: inout LocalTree) {
        addProcess(event, event, time, to: &document)
        document.set("ResultInfo/ResultDate", .text(time))
        document.set("ResultInfo/ResultType", .text(type))
    }

    private func addProcess(_ event: String, _ name: String, _ time: String, to document: inout LocalTree) {
        append(
            "Process", to: "ProcessList",
            [
                ("EventName", event), ("ProcessName", name), ("HandleUserName", "李审批"), ("HandleExplain", "按规定办理"),
                ("EventStartTime", time), ("EventEndTime", time), ("ProcessState", "2"),
            ], in: &document)
    }

    private func beginSpecial(_ time: String, in document: inout LocalTree) {
        append(
            "Special", to: "SpecialList",
            [
                ("SpecialType", "2"), ("SpecialName", "专家评审"), ("SpecialTime", time), ("SpecialReason", "须听取专家意见"),
                ("EndTime", ""), ("Result", ""),
            ], in: &document)
    }

    private func endSpecial(_ time: String, in document: inout LocalTree) {
        guard var list = document["SpecialList"] else { return }
        list.change("Special") { if $0["EndTime"]?.text?.isEmpty ?? true { $0["EndTime"] = .text(time) } }
        document["SpecialList"] = list
    }

    private func append(
        _ name: String, to listName: String, _ values: [(String, String)], in document: inout LocalTree
    ) {
        var list = document[listName] ?? .object([])
        // An empty element was read as a text.
        if case .text = list { list = .object([]) }
        list.append(name, .object(values.map { .init(name: $0.0, value: .text($0.1)) }))
        document[listName] = list
    }

    // MARK: materials and the extension block

    func materialID(_ material: CaseDraft.Material) -> String { material.name }

    func materials(_ document: LocalTree) -> [LocalMaterial] {
        (document["MaterialData"]?.all("Material") ?? []).map {
            let name = $0["MaterialName"]?.text ?? ""
            return LocalMaterial(id: name, name: name, isOwed: $0["GetType"]?.text == "5")
        }
    }

    func addMaterial(_ material: CaseDraft.Material, to document: inout LocalTree) {
        var values = [
            ("MaterialName", material.name), ("GetType", material.isOwed ? "5" : material.licence == nil ? "2" : "3"),
            ("GetNum", "1"),
        ]
        if let licence = material.licence { values.append(("CertificateSourceId", licence)) }
        values.append(("IsRongQue", material.isOwed ? "1" : "0"))
        append("Material", to: "MaterialData", values, in: &document)
    }

    func settleOwed(in document: inout LocalTree) {
        changeMaterials(of: &document) { material in
            guard material["GetType"]?.text == "5" else { return }
            material["GetType"] = .text("2")
            material["IsRongQue"] = .text("0")
            if material["RongQueDate"] != nil { material["RongQueDate"] = .text("") }
        }
    }

    private func changeMaterials(of document: inout LocalTree, _ body: (inout LocalTree) -> Void) {
        guard var list = document["MaterialData"] else { return }
        list.change("Material", body)
        document["MaterialData"] = list
    }

    func extensionBlock(_ document: LocalTree) -> LocalTree? { block(in: document["CsjExt"]) }

    func setExtension(_ block: LocalTree?, in document: inout LocalTree) { document["CsjExt"] = text(of: block) }

    // MARK: payloads

    func payload(_ documents: [LocalTree], key: String, now: Instant) -> [UInt8] {
        var text = Array("<?xml version=\"1.0\" encoding=\"GB18030\"?>".utf8)
        for document in documents { document.xml("ApproveDataInfo", into: &text) }
        return (try? GB18030.encode(text, repertoire: .gb18030)) ?? []
    }

    func parse(_ payload: [UInt8]) throws -> [LocalTree] {
        let decoded = try GB18030.decode(payload)
        return [LocalTree(try XMLReader.read(decoded.bytes))]
    }

    func reply(_ outcome: ReplyOutcome, cases: [String]) -> [UInt8] {
        let (code, message): (String, String)
        switch outcome {
        case .taken: (code, message) = ("0", "")
        case .duplicate: (code, message) = ("2", "重复")
        case .busy: (code, message) = ("9", "繁忙")
        case .refused(let reason): (code, message) = ("1", reason)
        }
        var text = Array("<?xml version=\"1.0\" encoding=\"GB18030\"?>".utf8)
        LocalTree.object([.init(name: "Code", value: .text(code)), .init(name: "Message", value: .text(message))])
            .xml("Response", into: &text)
        return (try? GB18030.encode(text, repertoire: .gb18030)) ?? []
    }

    private func nonEmpty(_ tree: LocalTree?) -> String? { tree?.text.flatMap { $0.isEmpty ? nil : $0 } }
}
