;;; khoj-lite-chat-text.el --- The text of a conversation  -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The khoj_lite maintainers
;; SPDX-License-Identifier: AGPL-3.0-or-later

;;; Commentary:

;; A conversation is an Org buffer: each question a heading, below it the
;; answer as it streams in, its citations links to the line they quote.
;; Here is what writes into it.

;;; Code:

(require 'khoj-lite-org)
(require 'seq)

(cl-defstruct (khoj-lite-chat-answer (:constructor khoj-lite-chat--answer) (:copier nil))
  "An answer: its Markdown `text', the hits it had as `sources', its `citations'."
  (question "") (text "") sources citations)

(defvar khoj-lite-chat--last nil
  "The last answer, for `khoj-lite-insert-answer'.")

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

;;; Writing

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

(provide 'khoj-lite-chat-text)
;;; khoj-lite-chat-text.el ends here
