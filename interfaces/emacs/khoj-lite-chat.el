;;; khoj-lite-chat.el --- Asking the notes  -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The khoj_lite maintainers
;; SPDX-License-Identifier: AGPL-3.0-or-later

;;; Commentary:

;; A conversation is an Org buffer: each question a heading, below it the
;; answer as it streams in, its citations links to the line they quote.
;; The last heading is for the next question; C-c C-c sends it.

;;; Code:

(require 'khoj-lite-org)
(require 'khoj-lite-answer)
(require 'org)
(require 'seq)

(defconst khoj-lite-chat--name "*khoj-lite chat*"
  "Name of the buffer of a conversation.")

(cl-defstruct (khoj-lite-chat-answer (:constructor khoj-lite-chat--answer) (:copier nil))
  "An answer: its Markdown `text', the hits it had as `sources', its `citations'."
  (question "") (text "") sources citations)

(defvar khoj-lite-chat--last nil
  "The last answer, for `khoj-lite-insert-answer'.")

(defvar khoj-lite-chat--note nil
  "The buffer of the note from which was asked last.")

(defvar-local khoj-lite-chat--conversation nil "The id of this conversation.")
(defvar-local khoj-lite-chat--call nil "The call that answers, while it does.")
(defvar-local khoj-lite-chat--current nil "The answer that is streaming in.")
(defvar-local khoj-lite-chat--markup nil "State of its markup.")
(defvar-local khoj-lite-chat--growing "" "The line of it that is not complete.")
(defvar-local khoj-lite-chat--start nil "Where the answer begins.")
(defvar-local khoj-lite-chat--line nil "Where its incomplete line begins.")
(defvar-local khoj-lite-chat--end nil "Where it ends.")
(defvar-local khoj-lite-chat--prompt nil "Where the next question begins.")
(defvar-local khoj-lite-chat--finished nil "Non-nil once the answer has ended well or ill.")
(defvar-local khoj-lite-chat--hits nil "Hits by the target of their links.")

(defvar khoj-lite-chat-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "C-c C-c") #'khoj-lite-chat-send)
    (define-key map (kbd "C-c C-k") #'khoj-lite-chat-stop)
    (define-key map (kbd "C-c C-y") #'khoj-lite-chat-to-note)
    (define-key map (kbd "C-c M-n") #'khoj-lite-chat-new)
    (define-key map (kbd "C-c M-h") #'khoj-lite-chat-history)
    map)
  "Keys in a conversation.")

(define-derived-mode khoj-lite-chat-mode org-mode "Khoj-Chat"
  "A conversation with your notes.

\\{khoj-lite-chat-mode-map}"
  (org-link-set-parameters "khoj-lite" :follow #'khoj-lite-chat-follow)
  (setq-local org-hide-emphasis-markers t)
  (setq-local glyphless-char-display (copy-sequence glyphless-char-display))
  (aset glyphless-char-display (aref khoj-lite-org--guard 0) 'zero-width)
  (setq-local org-startup-folded nil)
  (visual-line-mode 1)
  (setq khoj-lite-chat--hits (make-hash-table :test #'equal))
  (add-hook 'pre-command-hook #'khoj-lite-chat--to-prompt nil t)
  (add-hook 'kill-buffer-hook #'khoj-lite-chat--leave nil t)
  (khoj-lite-chat--say nil))

(defun khoj-lite-chat--leave ()
  "End the answer that is coming: nobody will read it."
  (khoj-lite-http-cancel khoj-lite-chat--call))

(defun khoj-lite-chat--to-prompt ()
  "Go to the place of the next question before something is typed."
  (when (and (memq this-command '(self-insert-command org-self-insert-command yank))
             khoj-lite-chat--prompt
             (< (point) khoj-lite-chat--prompt)
             (not (khoj-lite-http-active-p khoj-lite-chat--call)))
    (goto-char (point-max))))

;;; Commands

;;;###autoload
(defun khoj-lite-chat (question &optional follow-up)
  "Ask QUESTION of the notes, in a new conversation.
With a prefix argument FOLLOW-UP, go on with the present one.  An
empty question opens the conversation only."
  (interactive (list (read-string (if current-prefix-arg "Ask on: " "Ask your notes: "))
                     current-prefix-arg))
  (khoj-lite-daemon-ensure)
  (unless (derived-mode-p 'khoj-lite-chat-mode)
    (setq khoj-lite-chat--note (current-buffer)))
  (let ((buffer (khoj-lite-chat--buffer)))
    (pop-to-buffer buffer)
    (unless follow-up
      (khoj-lite-chat-new))
    (unless (string-blank-p question)
      (khoj-lite-chat--set-prompt question)
      (khoj-lite-chat-send))))

;;;###autoload
(defun khoj-lite-ask-region (question begin end)
  "Ask QUESTION about the marked text between BEGIN and END."
  (interactive (if (use-region-p)
                   (list (read-string "Ask about the marked text: ")
                         (region-beginning) (region-end))
                 (user-error "Mark the text that you want to ask about")))
  (let ((text (string-trim (buffer-substring-no-properties begin end))))
    (deactivate-mark)
    (khoj-lite-chat (concat (if (string-blank-p question) "What do my notes say about this?"
                              question)
                            "\n\n" text))))

(defun khoj-lite-chat-new ()
  "Begin a new conversation in this buffer.  The old one stays in the history."
  (interactive)
  (khoj-lite-chat-stop)
  (let ((inhibit-read-only t))
    (erase-buffer))
  (clrhash khoj-lite-chat--hits)
  (setq khoj-lite-chat--conversation nil)
  (khoj-lite-chat--open-prompt)
  (khoj-lite-chat--say nil))

(defun khoj-lite-chat-send ()
  "Send the question at the end of this conversation."
  (interactive)
  (when (khoj-lite-http-active-p khoj-lite-chat--call)
    (user-error "The answer is still coming; %s stops it"
                (substitute-command-keys "\\[khoj-lite-chat-stop]")))
  (khoj-lite-daemon-ensure)
  (let* ((question (string-trim (buffer-substring-no-properties
                                 khoj-lite-chat--prompt (point-max))))
         (body `((message . ,question)
                 ,@(and khoj-lite-chat--conversation
                        `((conversation_id . ,khoj-lite-chat--conversation)))
                 ,@(and khoj-lite-chat-passages `((limit . ,khoj-lite-chat-passages)))))
         (buffer (current-buffer)))
    (when (string-empty-p question)
      (goto-char (point-max))
      (user-error "Write a question first"))
    (khoj-lite-chat--open-answer question)
    (khoj-lite-chat--say "asking")
    (let* ((answer khoj-lite-chat--current)
           (here (lambda (function &rest arguments)
                   (khoj-lite-chat--in buffer answer function arguments))))
      (setq khoj-lite-chat--call
            (khoj-lite-http-stream
             "/chat" body
             (lambda (event) (funcall here #'khoj-lite-chat--take event))
             (lambda () (funcall here #'khoj-lite-chat--closed))
             (lambda (fault) (funcall here #'khoj-lite-chat--failed fault)))))))

(defun khoj-lite-chat-stop ()
  "Stop the answer that is coming."
  (interactive)
  (when (khoj-lite-http-cancel khoj-lite-chat--call)
    (khoj-lite-chat--close "Stopped.")))

;;;###autoload
(defun khoj-lite-chat-history ()
  "Choose an earlier conversation and go on with it."
  (interactive)
  (khoj-lite-answer-get
   "/conversations" '((limit . 500))
   (lambda (answer)
     (let* ((found (alist-get 'conversations answer))
            (names (khoj-lite-chat--names found)))
       (if (null found)
           (message "There is no conversation yet")
         (khoj-lite-chat-open
          (cdr (assoc (completing-read
                       "Conversation: "
                       (khoj-lite-answer-table names 'khoj-lite-conversation) nil t)
                      names))))))))

(defun khoj-lite-chat--names (conversations)
  "Return an alist of unique names of CONVERSATIONS and their ids."
  (let (names)
    (dolist (each conversations (nreverse names))
      (let* ((title (string-replace "\n" " " (alist-get 'title each)))
             (name (format "%s  %s" (substring (alist-get 'updated each) 0 10) title))
             (count 1))
        (while (assoc name names)
          (setq count (1+ count)
                name (format "%s  %s <%d>" (substring (alist-get 'updated each) 0 10)
                             title count)))
        (push (cons name (alist-get 'id each)) names)))))

(defun khoj-lite-chat-open (id)
  "Show the conversation of ID, ready to go on with."
  (khoj-lite-answer-get
   (concat "/conversations/" (url-hexify-string id)) nil
   (lambda (conversation)
     (pop-to-buffer (khoj-lite-chat--buffer))
     (khoj-lite-chat-new)
     (setq khoj-lite-chat--conversation (alist-get 'id conversation))
     (dolist (message (alist-get 'messages conversation))
       (khoj-lite-chat--replay message))
     (setq buffer-undo-list nil)
     (goto-char (point-max)))))

;;;###autoload
(defun khoj-lite-insert-answer ()
  "Insert the last answer at point, its citations as links."
  (interactive "*")
  (insert (khoj-lite-chat--for-note (or khoj-lite-chat--last
                                        (user-error "Nothing was answered yet")))))

;;;###autoload
(defun khoj-lite-insert-citation ()
  "Insert a link to one of the places that the last answer cites."
  (interactive "*")
  (let* ((answer (or khoj-lite-chat--last (user-error "Nothing was answered yet")))
         (choices (mapcar
                   (lambda (citation)
                     (cons (format "[%s] %s: %s" (alist-get 'n citation)
                                   (khoj-lite-open-heading (alist-get 'hit citation))
                                   (string-replace "\n" " " (alist-get 'quote citation)))
                           (alist-get 'hit citation)))
                   (khoj-lite-chat-answer-citations answer))))
    (unless choices
      (user-error "The last answer cites nothing"))
    (insert (khoj-lite-open-link
             (cdr (assoc (completing-read "Cite: " choices nil t) choices))))))

(defun khoj-lite-chat-to-note ()
  "Insert the last answer into the note from which was asked, at its point."
  (interactive)
  (unless (buffer-live-p khoj-lite-chat--note)
    (user-error "The note from which was asked is closed; \
use `khoj-lite-insert-answer' in another"))
  (pop-to-buffer khoj-lite-chat--note)
  (call-interactively #'khoj-lite-insert-answer))

(defun khoj-lite-chat--for-note (answer)
  "Return ANSWER in the markup of this buffer."
  (let* ((cited (khoj-lite-chat-answer-citations answer))
         (cite (lambda (n)
                 (when-let ((hit (or (alist-get 'hit (khoj-lite-chat--pick n cited))
                                     (khoj-lite-chat--source answer n))))
                   (khoj-lite-open-link hit)))))
    (if (derived-mode-p 'org-mode)
        (khoj-lite-org-text (khoj-lite-chat-answer-text answer) cite)
      (concat (replace-regexp-in-string
               "\\[\\([0-9]+\\)\\]"
               (lambda (found)
                 (or (funcall cite (string-to-number (substring found 1 -1))) found))
               (khoj-lite-chat-answer-text answer) t t)
              "\n"))))

;;; Links

(defun khoj-lite-chat-follow (target &optional _)
  "Open the place that TARGET, the path of a link, names."
  (let ((hit (and khoj-lite-chat--hits (gethash target khoj-lite-chat--hits))))
    (cond (hit (khoj-lite-open-hit hit t))
          ((string-match "\\`\\(.+\\)::\\([0-9]+\\)\\'" target)
           (let ((line (string-to-number (match-string 2 target)))
                 (file (khoj-lite-open-file-name (match-string 1 target))))
             (if (file-readable-p file)
                 (khoj-lite-open-place file line t)
               (user-error "There is no file %s any more" file))))
          (t (user-error "This link names no place")))))

(defun khoj-lite-chat--link (hit text)
  "Return a link to HIT with TEXT on it, and remember the hit."
  (let ((target (format "%s::%s" (alist-get 'path hit) (or (alist-get 'line hit) 1))))
    (puthash target hit khoj-lite-chat--hits)
    (format "[[khoj-lite:%s][%s]]" (khoj-lite-open-escape target) text)))

(defun khoj-lite-chat--source (answer n)
  "Return the hit that number N means in ANSWER."
  (seq-find (lambda (hit) (eql n (alist-get 'n hit))) (khoj-lite-chat-answer-sources answer)))

(defun khoj-lite-chat--pick (n citations)
  "Return the first of CITATIONS that has number N."
  (seq-find (lambda (citation) (eql n (alist-get 'n citation))) citations))

(defun khoj-lite-chat--named-p (citation)
  "Return non-nil unless CITATION was found for a sentence that names no note."
  (let ((cited (assq 'cited citation)))
    (or (null cited) (cdr cited))))

(defun khoj-lite-chat--cite (answer)
  "Return a function from a number in ANSWER to its link.
The k-th time that a number is used, the k-th citation of that
number is meant: it knows the line of the quotation."
  (let ((left (seq-filter #'khoj-lite-chat--named-p
                          (khoj-lite-chat-answer-citations answer))))
    (lambda (n)
      (let* ((citation (khoj-lite-chat--pick n left))
             (hit (or (alist-get 'hit citation) (khoj-lite-chat--source answer n))))
        (when citation
          ;; The last one stays: a number may be used more often than it was checked.
          (let ((rest (remq citation left)))
            (when (khoj-lite-chat--pick n rest)
              (setq left rest))))
        (when hit
          (khoj-lite-chat--link
           hit (format (if (equal (alist-get 'status citation) "unsupported") "%d?" "%d") n)))))))

;;; The buffer

(defun khoj-lite-chat--buffer ()
  "Return the buffer of the conversation, made if need be."
  (let ((buffer (get-buffer-create khoj-lite-chat--name)))
    (with-current-buffer buffer
      (unless (derived-mode-p 'khoj-lite-chat-mode)
        (khoj-lite-chat-mode)
        (khoj-lite-chat--open-prompt)))
    buffer))

(defun khoj-lite-chat--in (buffer answer function arguments)
  "Call FUNCTION with ARGUMENTS in BUFFER while ANSWER is being made there."
  (when (buffer-live-p buffer)
    (with-current-buffer buffer
      (when (and (eq answer khoj-lite-chat--current) (not khoj-lite-chat--finished))
        (apply function arguments)))))

(defun khoj-lite-chat--say (text)
  "Show TEXT, the present state, in the header line, with the keys that matter."
  (setq header-line-format
        (concat " " (if text (string-replace "%" "%%" text) "Ask your notes")
                (propertize
                 (substitute-command-keys
                  (if (khoj-lite-http-active-p khoj-lite-chat--call)
                      "   \\<khoj-lite-chat-mode-map>\\[khoj-lite-chat-stop] stops"
                    (concat "   \\<khoj-lite-chat-mode-map>\\[khoj-lite-chat-send] sends"
                            "   \\[khoj-lite-chat-to-note] puts the answer into your note"
                            "   \\[khoj-lite-chat-history] history")))
                 'face 'shadow)))
  (force-mode-line-update))

(defun khoj-lite-chat--open-prompt (&optional text)
  "Add a heading for the next question, with TEXT in it."
  (goto-char (point-max))
  (unless (bolp) (insert "\n"))
  (insert "* ")
  (setq khoj-lite-chat--prompt (point-marker))
  (when text (insert text))
  (setq buffer-undo-list nil)
  (set-buffer-modified-p nil))

(defun khoj-lite-chat--set-prompt (question)
  "Make QUESTION the text of the last heading."
  (delete-region khoj-lite-chat--prompt (point-max))
  (goto-char (point-max))
  (insert question))

(defun khoj-lite-chat--open-answer (question)
  "Make ready for the answer to QUESTION, which is the last heading."
  (delete-region khoj-lite-chat--prompt (point-max))
  (goto-char (point-max))
  ;; The first line is the heading; no line after it may become one.
  (insert (replace-regexp-in-string "\n\\(\\*+ \\|#\\+\\)" "\n \\1" question) "\n\n")
  (setq khoj-lite-chat--current (khoj-lite-chat--answer :question question)
        khoj-lite-chat--markup (khoj-lite-org-state)
        khoj-lite-chat--growing ""
        khoj-lite-chat--finished nil
        khoj-lite-chat--start (point-marker)
        khoj-lite-chat--line (point-marker)
        khoj-lite-chat--end (point-marker))
  (dolist (window (get-buffer-window-list nil nil t))
    (set-window-start window (save-excursion (goto-char khoj-lite-chat--prompt)
                                             (line-beginning-position)))
    (set-window-point window khoj-lite-chat--start)))

(defun khoj-lite-chat--write (from text)
  "Put TEXT in the place of the answer after FROM.
Windows are not scrolled: whoever reads goes on reading."
  (save-excursion
    (delete-region from khoj-lite-chat--end)
    (goto-char from)
    (insert text)
    (set-marker khoj-lite-chat--end (point))))

(defun khoj-lite-chat--add (text)
  "Add TEXT, the next piece of the answer."
  (setf (khoj-lite-chat-answer-text khoj-lite-chat--current)
        (concat (khoj-lite-chat-answer-text khoj-lite-chat--current) text))
  (let* ((cite (khoj-lite-chat--cite khoj-lite-chat--current))
         (lines (split-string (concat khoj-lite-chat--growing text) "\n"))
         (whole (butlast lines)))
    (when whole
      (khoj-lite-chat--write
       khoj-lite-chat--line
       (mapconcat (lambda (line) (khoj-lite-org-line khoj-lite-chat--markup line cite))
                  whole ""))
      (set-marker khoj-lite-chat--line khoj-lite-chat--end))
    (setq khoj-lite-chat--growing (car (last lines)))
    (khoj-lite-chat--write
     khoj-lite-chat--line
     (if (string-empty-p khoj-lite-chat--growing) ""
       (string-remove-suffix
        "\n" (khoj-lite-org-line khoj-lite-chat--markup khoj-lite-chat--growing cite t))))))

(defun khoj-lite-chat--take (event)
  "Act upon EVENT of the stream."
  (let ((answer khoj-lite-chat--current))
    (pcase (alist-get 'event event)
      ("conversation" (setq khoj-lite-chat--conversation (alist-get 'id event)))
      ("status" (khoj-lite-chat--say (alist-get 'text event)))
      ("sources" (setf (khoj-lite-chat-answer-sources answer) (alist-get 'sources event)))
      ("token"
       (when (string-empty-p (khoj-lite-chat-answer-text answer))
         (khoj-lite-chat--say "answering"))
       (khoj-lite-chat--add (alist-get 'text event)))
      ("citations"
       (setf (khoj-lite-chat-answer-citations answer) (alist-get 'citations event)))
      ("done"
       (let ((fallback (alist-get 'fallback event)))
         (khoj-lite-chat--close
          nil (if (and (stringp fallback) (not (string-empty-p fallback)))
                  (concat "notes quoted: " fallback)
                (khoj-lite-chat--about event)))))
      ("error"
       (khoj-lite-chat--close (khoj-lite-http-explain (alist-get 'error event)))))))

(defun khoj-lite-chat--about (done)
  "Return in a few words how the answer was made that DONE, an event, ends."
  (let ((model (alist-get 'model done)))
    (format "%s in %.1f s"
            (cond ((not (stringp model)) "answered")
                  ;; What the daemon calls answers without a model.
                  ((equal model "extractive") "your notes, quoted,")
                  (t (concat "answered by " model)))
            (/ (or (alist-get 'took_ms done) 0) 1000.0))))

(defun khoj-lite-chat--closed ()
  "The stream has ended before the answer did."
  (khoj-lite-chat--close "The answer broke off: khoj_lite has stopped."))

(defun khoj-lite-chat--failed (fault)
  "There will be no answer because of FAULT; the question may be sent again."
  (let ((question (khoj-lite-chat-answer-question khoj-lite-chat--current)))
    (khoj-lite-chat--close (khoj-lite-http-explain fault))
    (when (string-empty-p (khoj-lite-chat-answer-text khoj-lite-chat--current))
      (khoj-lite-chat--set-prompt question))))

(defun khoj-lite-chat--close (problem &optional about)
  "End the answer; PROBLEM is why it is not whole, ABOUT how it was made."
  (unless khoj-lite-chat--finished
    ;; The daemon closes the connection when it has written all down.
    (setq khoj-lite-chat--finished t
          khoj-lite-chat--call nil)
    (let ((answer khoj-lite-chat--current))
      (khoj-lite-chat--render answer problem)
      (unless (string-empty-p (khoj-lite-chat-answer-text answer))
        (setq khoj-lite-chat--last answer))
      (save-excursion (khoj-lite-chat--open-prompt))
      ;; Ready for the next question, unless its place is out of sight.
      (dolist (window (get-buffer-window-list nil nil t))
        (when (pos-visible-in-window-p (point-max) window)
          (set-window-point window (point-max))))
      (khoj-lite-chat--say (or about problem)))))

(defun khoj-lite-chat--render (answer problem)
  "Write ANSWER anew, now that its citations are known, and PROBLEM below it."
  (let* ((text (khoj-lite-chat-answer-text answer))
         (org (concat (unless (string-blank-p text)
                        (concat (khoj-lite-org-text text (khoj-lite-chat--cite answer)) "\n"))
                      (khoj-lite-chat--list answer)
                      (and problem (concat "/" problem "/\n\n")))))
    ;; Only what differs is replaced, so that whoever reads keeps his place.
    (replace-region-contents khoj-lite-chat--start khoj-lite-chat--end (lambda () org) 0.02)
    (set-marker khoj-lite-chat--end (+ khoj-lite-chat--start (length org)))))

(defun khoj-lite-chat--list (answer)
  "Return the sources that ANSWER cites, one a line."
  (let* ((numbers (seq-uniq (mapcar (lambda (citation) (alist-get 'n citation))
                                    (khoj-lite-chat-answer-citations answer))))
         (lines (mapcar
                 (lambda (n)
                   (when-let ((hit (khoj-lite-chat--source answer n)))
                     (format "%d. %s\n" n
                             (khoj-lite-chat--link
                              hit (replace-regexp-in-string
                                   "[][\n]" " "
                                   (concat (alist-get 'title hit)
                                           (mapconcat (lambda (name) (concat " › " name))
                                                      (alist-get 'outline hit) "")))))))
                 (sort numbers #'<))))
    (if lines (concat (string-join lines) "\n") "")))

(defun khoj-lite-chat--replay (message)
  "Write MESSAGE of an earlier conversation."
  (let ((text (alist-get 'text message)) (details (alist-get 'details message)))
    (if (equal (alist-get 'role message) "user")
        (progn (khoj-lite-chat--set-prompt text)
               (khoj-lite-chat--open-answer text))
      (when khoj-lite-chat--current
        (setf (khoj-lite-chat-answer-text khoj-lite-chat--current) text
              (khoj-lite-chat-answer-sources khoj-lite-chat--current)
              (alist-get 'sources details)
              (khoj-lite-chat-answer-citations khoj-lite-chat--current)
              (alist-get 'citations details))
        (khoj-lite-chat--close nil)))))

(provide 'khoj-lite-chat)
;;; khoj-lite-chat.el ends here
