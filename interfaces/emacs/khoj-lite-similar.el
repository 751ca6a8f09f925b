;;; khoj-lite-similar.el --- Entries like the one at point  -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The khoj_lite maintainers
;; SPDX-License-Identifier: AGPL-3.0-or-later

;;; Commentary:

;; Once, to choose from; or in a side window that follows point through
;; the notes.  Buffers of remote files, and those of no file, are passed
;; over without a word to the daemon.

;;; Code:

(require 'khoj-lite-hit)
(require 'khoj-lite-answer)
(require 'khoj-lite-search)
(require 'button)

(defconst khoj-lite-similar--name "*khoj-lite similar*"
  "Name of the buffer of the side window.")

(defvar khoj-lite-similar--timer nil "Runs when Emacs has been idle.")
(defvar khoj-lite-similar--call nil "The call for the place that point is at.")
(defvar khoj-lite-similar--place nil "The place that the side window shows or waits for.")

;;;###autoload
(defun khoj-lite-similar ()
  "Choose among the entries like the one at point, and go there."
  (interactive)
  (let ((path (khoj-lite-open-here)) (line (line-number-at-pos nil t)))
    (khoj-lite-answer-get
     "/similar" `((path . ,path) (line . ,line) (n . ,khoj-lite-results))
     (lambda (answer)
       (let ((candidates (khoj-lite-hit-candidates (alist-get 'hits answer))))
         (if (null candidates)
             (message "Nothing is like this entry")
           (khoj-lite-similar--choose candidates)))))))

(defun khoj-lite-similar--choose (candidates)
  "Let the user choose among CANDIDATES by their text, and go there."
  (let* ((table (khoj-lite-hit-table (lambda () candidates)))
         (completions-group t)
         (choice (minibuffer-with-setup-hook
                     (:append #'khoj-lite-similar--set-up)
                   (completing-read
                    "Similar: "
                    (lambda (string predicate action)
                      (if (eq action 'metadata)
                          (funcall table string predicate action)
                        (complete-with-action action candidates string predicate)))
                    nil t))))
    (khoj-lite-open-hit (or (khoj-lite-hit-of choice) (user-error "Nothing was chosen")))))

(defun khoj-lite-similar--set-up ()
  "Show the candidates in this minibuffer, where nothing else would."
  (unless (or (khoj-lite-search--static-p)
              (bound-and-true-p vertico-mode)
              icomplete-mode)
    (khoj-lite-search--use-icomplete)
    (setq-local icomplete-compute-delay 0
                icomplete-show-matches-on-no-input t)
    (local-set-key (kbd "RET") #'icomplete-force-complete-and-exit)))

;;; The side window

(define-derived-mode khoj-lite-similar-list-mode special-mode "Similar"
  "Entries like the one at point in the note beside."
  (setq-local truncate-lines nil)
  (setq-local cursor-in-non-selected-windows nil)
  (visual-line-mode 1))

;;;###autoload
(define-minor-mode khoj-lite-similar-mode
  "Show entries like the one at point in a side window, as point moves."
  :global t :group 'khoj-lite
  (when khoj-lite-similar--timer
    (cancel-timer khoj-lite-similar--timer)
    (setq khoj-lite-similar--timer nil))
  (khoj-lite-http-cancel khoj-lite-similar--call)
  (setq khoj-lite-similar--place nil)
  (if (not khoj-lite-similar-mode)
      (when-let ((buffer (get-buffer khoj-lite-similar--name)))
        (when-let ((window (get-buffer-window buffer t)))
          (quit-window nil window))
        (kill-buffer buffer))
    (condition-case fault
        (khoj-lite-daemon-ensure)
      ((error quit) (setq khoj-lite-similar-mode nil)
                    (signal (car fault) (cdr fault))))
    (setq khoj-lite-similar--timer
          (run-with-idle-timer khoj-lite-similar-delay t #'khoj-lite-similar--follow))
    (khoj-lite-similar--window)
    (khoj-lite-similar--follow)))

(defun khoj-lite-similar--window ()
  "Show the side window, if it is not, and return its buffer."
  (let ((buffer (get-buffer-create khoj-lite-similar--name)))
    (with-current-buffer buffer
      (unless (derived-mode-p 'khoj-lite-similar-list-mode)
        (khoj-lite-similar-list-mode)))
    (display-buffer-in-side-window buffer '((side . right) (slot . 0) (window-width . 0.33)))
    buffer))

(defun khoj-lite-similar--place ()
  "Return (PATH . LINE) of the entry at point; nil where there is none."
  (when (and buffer-file-name
             (not (file-remote-p buffer-file-name))
             (not (minibufferp)))
    (cons (khoj-lite-open-wire-path buffer-file-name)
          (save-excursion
            ;; The same for the whole entry, so that it is asked for once.
            (when (derived-mode-p 'outline-mode 'org-mode)
              (end-of-line)
              (re-search-backward (concat "^\\(?:" outline-regexp "\\)") nil 'move))
            (line-number-at-pos nil t)))))

(defun khoj-lite-similar--follow ()
  "Ask for entries like the one at point, if that is another than before."
  (let ((place (and (get-buffer-window khoj-lite-similar--name)
                    (khoj-lite-similar--place))))
    (when (and place (not (equal place khoj-lite-similar--place)))
      (setq khoj-lite-similar--place place)
      (khoj-lite-http-cancel khoj-lite-similar--call)
      (setq khoj-lite-similar--call
            (khoj-lite-http-get
             "/similar" `((path . ,(car place)) (line . ,(cdr place)) (n . 12))
             (lambda (answer)
               (khoj-lite-similar--show (alist-get 'hits answer) "Nothing is like this entry."))
             (lambda (fault)
               (unless (equal (alist-get 'code fault) "not_found")
                 (setq khoj-lite-similar--place nil))
               (khoj-lite-similar--show
                nil (if (equal (alist-get 'code fault) "not_found")
                        "This note is not indexed."
                      (khoj-lite-http-explain fault)))))))))

(defun khoj-lite-similar--show (hits otherwise)
  "List HITS in the side window, or the text OTHERWISE."
  (when-let ((buffer (get-buffer khoj-lite-similar--name)))
    (with-current-buffer buffer
      (let ((inhibit-read-only t))
        (erase-buffer)
        (if (null hits)
            (insert (propertize otherwise 'face 'shadow) "\n")
          (dolist (hit hits)
            (insert-text-button (khoj-lite-open-heading hit)
                                'action (lambda (_) (khoj-lite-similar--go hit))
                                'follow-link t
                                'help-echo (alist-get 'path hit))
            (insert "\n" (propertize (khoj-lite-hit-file hit) 'face 'khoj-lite-outline)
                    "\n" (khoj-lite-hit-snippet hit) "\n\n")))
        (goto-char (point-min))
        (dolist (window (get-buffer-window-list buffer nil t))
          (set-window-point window (point-min)))))))

(defun khoj-lite-similar--go (hit)
  "Go to HIT in the window of the notes."
  (let ((window (get-mru-window nil nil t)))
    (when (and window (not (window-parameter window 'window-side)))
      (select-window window))
    (khoj-lite-open-hit hit)))

(provide 'khoj-lite-similar)
;;; khoj-lite-similar.el ends here
