;;; khoj-lite-chat.el --- Asking the notes  -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The khoj_lite maintainers
;; SPDX-License-Identifier: AGPL-3.0-or-later

;;; Commentary:

;; The commands of a conversation and the mode of its buffer.  The last
;; heading there is for the next question; C-c C-c sends it.

;;; Code:

(require 'khoj-lite-chat-text)
(require 'khoj-lite-answer)
(require 'org)

(defconst khoj-lite-chat--name "*khoj-lite chat*"
  "Name of the buffer of a conversation.")

(defvar khoj-lite-chat--note nil
  "The buffer of the note from which was asked last.")

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

(defun khoj-lite-chat--buffer ()
  "Return the buffer of the conversation, made if need be."
  (let ((buffer (get-buffer-create khoj-lite-chat--name)))
    (with-current-buffer buffer
      (unless (derived-mode-p 'khoj-lite-chat-mode)
        (khoj-lite-chat-mode)
        (khoj-lite-chat--open-prompt)))
    buffer))

(provide 'khoj-lite-chat)
;;; khoj-lite-chat.el ends here
