import KuayuFormats
import KuayuModel

/// Shanghai: JSON in snake_case, words in place of codes, districts by name.
struct ShanghaiFormat: LocalFormat {
    let region = RegionCode.shanghai
    let contentType = "application/json; charset=utf-8"

    private static let pattern = "yyyy-MM-dd HH:mm:ss"

    func draft(_ draft: CaseDraft, number: String) -> LocalTree {
        var tree = LocalTree.object([])
        let time = LocalTime.text(draft.appliedAt, Self.pattern)
        let values: [(String, String)] = [
            ("id", number), ("suid", number), ("did", "D" + number), ("affair_name", draft.itemName),
            ("item_code", draft.catalogCode), ("region", draft.handlingPath),
            ("apply_name", draft.itemName), ("applicant_type", draft.isPerson ? "个人" : "企业"),
            ("applicant", draft.name), ("certificate_type", draft.isPerson ? "居民身份证" : "统一社会信用代码"),
            ("certificate_no", draft.idNumber), ("contact_name", draft.name), ("contact_mobile", draft.mobile),
            ("contact_address", draft.address),
            ("contact_postcode", draft.serial % 3 == 0 ? "HALL\(draft.serial)" : "200001"),
            ("status", draft.collection?.isDone == true ? "已收件" : "已提交"),
            // The source writes a fraction now and then.
            ("apply_time", draft.serial % 2 == 0 ? time + ".0" : time),
            ("submit_type", draft.collection == nil ? "网上" : "窗口"),
            ("data_version", "1"), ("csj_mode", draft.mode),
        ]
        for (name, value) in values { tree[name] = .text(value) }
        tree["csj_handling"] = .array(draft.handling.map { .text($0) })
        tree["materials"] = .array(draft.materials.map(material))
        return tree
    }

    private func material(_ material: CaseDraft.Material) -> LocalTree {
        var members: [LocalTree.Member] = [
            .init(name: "stuff_code", value: .text(material.code)),
            .init(name: "stuff_name", value: .text(material.name)),
            // Old parts of the system write a digit.
            .init(name: "need_flag", value: .text(material.isOwed ? "容缺" : "1")),
        ]
        if material.isOwed {
            members.append(.init(name: "source", value: .text("容缺后补")))
        } else if material.licence != nil {
            members.append(.init(name: "source", value: .text("电子证照库")))
        }
        return .object(members)
    }

    func ownNumber(_ document: LocalTree) -> String? { nonEmpty(document["suid"]) }
    func setOwnNumber(_ number: String, in document: inout LocalTree) { document["suid"] = .text(number) }
    func federationID(_ document: LocalTree) -> String? { nonEmpty(document["csj_no"]) }
    func setFederationID(_ id: String, in document: inout LocalTree) { document["csj_no"] = .text(id) }

    func handling(_ document: LocalTree) -> [String] {
        let list = (document["csj_handling"]?.elements ?? []).compactMap(\.text)
        if !list.isEmpty { return list }
        let path = document["region"]?.text ?? ""
        return RegionCode.federated.filter { path.hasPrefix($0.name) }.map(\.text)
    }

    func itemCode(_ document: LocalTree) -> String? { nonEmpty(document["item_code"]) }
    func applicantNumber(_ document: LocalTree) -> String? { nonEmpty(document["certificate_no"]) }
    func bundleNumber(_ document: LocalTree) -> String? { nil }
    func isSupplementing(_ document: LocalTree) -> Bool { document["status"]?.text == "补正" }

    // MARK: steps

    func advance(_ document: inout LocalTree, to stage: CaseStage, _ context: StageContext) {
        document["data_version"] = .text(String(context.version))
        guard stage != .fulfilled, stage != .answered || isSupplementing(document) else { return }
        let time = LocalTime.text(context.time, Self.pattern)
        // The memo says that a special procedure is under way.
        document["apply_memo"] = stage == .special ? .text("专家评审") : nil
        document["status"] = .text(Self.word(stage))
        if let accepted = context.acceptedAt {
            document["accept_time"] = .text(LocalTime.text(accepted, Self.pattern))
        }
        switch stage {
        case .accepted: document["accept_time"] = .text(time)
        case .decided, .issued, .delivered, .granted, .closed, .denied:
            document["result"] = .text(stage.isGranted ? "通过" : "不通过")
            document["finish_time"] = .text(time)
            // What was decided in words is said of the whole.
            if !context.isBranch { document["result_view"] = .text(stage.isGranted ? "准予办理" : "不符合条件") }
        case .notAccepted: document["result"] = .text("不通过")
        case .withdrawn, .voided: document["result"] = .text("撤回")
        default: document["result"] = nil
        }
    }

    private static func word(_ stage: CaseStage) -> String {
        switch stage {
        case .collected: "已收件"
        case .accepted: "已受理"
        case .supplementing: "补正"
        case .answered, .reviewing, .special, .fulfilled: "办理中"
        case .decided, .issued, .delivered, .granted, .closed, .denied, .withdrawn: "办结"
        case .notAccepted, .returned, .voided: "退回"
        }
    }

    // MARK: materials and the extension block

    func materials(_ document: LocalTree) -> [LocalMaterial] {
        (document["materials"]?.elements ?? []).map {
            LocalMaterial(
                id: $0["stuff_code"]?.text ?? "", name: $0["stuff_name"]?.text ?? "",
                isOwed: $0["source"]?.text == "容缺后补")
        }
    }

    func addMaterial(_ material: CaseDraft.Material, to document: inout LocalTree) {
        var new = self.material(material)
        new["source"] = .text("申请人自备")
        document["materials"] = .array((document["materials"]?.elements ?? []) + [new])
    }

    func settleOwed(in document: inout LocalTree) {
        let settled = (document["materials"]?.elements ?? []).map { material in
            var material = material
            if material["source"]?.text == "容缺后补" {
                material["source"] = .text("申请人自备")
                material["need_flag"] = .text("必要")
            }
            return material
        }
        document["materials"] = .array(settled)
    }

    func extensionBlock(_ document: LocalTree) -> LocalTree? { block(in: document["csj_ext"]) }

    func setExtension(_ block: LocalTree?, in document: inout LocalTree) { document["csj_ext"] = text(of: block) }

    // MARK: payloads

    func payload(_ documents: [LocalTree], key: String, now: Instant) -> [UInt8] {
        let window = LocalTime.text(now, "yyyy-MM-dd HH:mm")
        return envelope(documents, from: window, to: window, claimed: documents.count)
    }

    /// The answer to a pulled window; `claimed` is the count the hub claims.
    func envelope(_ documents: [LocalTree], from: String, to: String, claimed: Int) -> [UInt8] {
        LocalTree.object([
            .init(name: "isSuccess", value: .bool(true)), .init(name: "msg", value: .text("")),
            .init(
                name: "batch",
                value: .object([
                    .init(name: "from", value: .text(from)), .init(name: "to", value: .text(to)),
                    .init(name: "count", value: .number(String(claimed))),
                ])),
            .init(name: "apply", value: .array(documents)), .init(name: "filedata", value: .array([])),
        ]).json
    }

    func parse(_ payload: [UInt8]) throws -> [LocalTree] {
        let tape = try JSONReader.read(payload)
        guard let list = LocalTree(tape)["apply"] else { throw UnreadablePayload(reason: "no apply") }
        return list.elements
    }

    func reply(_ outcome: ReplyOutcome, cases: [String]) -> [UInt8] {
        let (success, message): (Bool, String) =
            switch outcome {
            case .taken: (true, "")
            case .duplicate: (true, "重复")
            case .busy: (false, "系统繁忙")
            case .refused(let reason): (false, reason)
            }
        var members: [LocalTree.Member] = [
            .init(name: "isSuccess", value: .bool(success)), .init(name: "msg", value: .text(message)),
        ]
        if cases.count > 1 {
            members.append(.init(name: "results", value: .array(cases.map { result($0, success, message) })))
        }
        return LocalTree.object(members).json
    }

    private func result(_ id: String, _ success: Bool, _ message: String) -> LocalTree {
        .object([
            .init(name: "csj_no", value: .text(id)), .init(name: "isSuccess", value: .bool(success)),
            .init(name: "msg", value: .text(message)),
        ])
    }

    private func nonEmpty(_ tree: LocalTree?) -> String? { tree?.text.flatMap { $0.isEmpty ? nil : $0 } }
}
