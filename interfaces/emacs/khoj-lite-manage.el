;;; khoj-lite-manage.el --- Index, sources and models  -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The khoj_lite maintainers
;; SPDX-License-Identifier: AGPL-3.0-or-later

;;; Commentary:

;; What the daemon does by itself, asked for by hand.

;;; Code:

(require 'khoj-lite-answer)

;;;###autoload
(defun khoj-lite-index (&optional full)
  "Bring the index up to date; with a prefix argument FULL, read every file again."
  (interactive "P")
  (khoj-lite-answer-send
   "POST" "/index" (and full '((full . t)))
   (lambda (job)
     (message "Indexing...")
     (khoj-lite-manage-watch job #'khoj-lite-manage--indexed))))

(defun khoj-lite-manage-watch (job finished &optional pause stage)
  "Show how far JOB is until it ends, then call FINISHED with it.
PAUSE is the seconds between two looks.  A job that is looked at so
seldom is a long one: only another stage than STAGE is shown of it."
  (let* ((state (alist-get 'state job)) (progress (alist-get 'progress job))
         (now (or (alist-get 'stage progress) "")))
    (if (not (member state '("queued" "running")))
        (funcall finished job)
      (unless (or (active-minibuffer-window) (string-empty-p now) (and pause (equal now stage)))
        (let ((message-log-max nil))
          (message "khoj_lite: %s%s" now
                   (if (and (null pause) (> (or (alist-get 'total progress) 0) 0))
                       (format " %d of %d" (alist-get 'done progress) (alist-get 'total progress))
                     ""))))
      (run-at-time (or pause 0.5) nil
                   (lambda ()
                     (khoj-lite-http-get
                      (concat "/jobs/" (url-hexify-string (alist-get 'id job))) nil
                      (lambda (later) (khoj-lite-manage-watch later finished pause now))
                      #'khoj-lite-http-tell))))))

(defun khoj-lite-manage--indexed (job)
  "Tell what JOB, which indexed, did."
  (let* ((error (alist-get 'error job)) (result (alist-get 'result job))
         (files (alist-get 'files result)))
    (cond (error (khoj-lite-http-tell error))
          ((equal (alist-get 'state job) "cancelled") (message "Indexing was cancelled"))
          (t (message "Indexed: %d new, %d changed, %d gone, %d as before%s"
                      (or (alist-get 'added files) 0) (or (alist-get 'changed files) 0)
                      (or (alist-get 'removed files) 0) (or (alist-get 'unchanged files) 0)
                      (let ((failed (or (alist-get 'failed files) 0)))
                        (if (> failed 0) (format ", %d could not be read" failed) "")))))))

;;; Sources

(define-derived-mode khoj-lite-sources-mode tabulated-list-mode "Khoj-Sources"
  "What was added to khoj_lite, and how it is."
  (setq tabulated-list-format
        [("Name" 24 t) ("State" 10 t) ("Files" 8 nil) ("Failed" 8 nil) ("Where" 0 t)])
  (tabulated-list-init-header))

(let ((map khoj-lite-sources-mode-map))
  (define-key map (kbd "g") #'khoj-lite-sources)
  (define-key map (kbd "a") #'khoj-lite-add-source)
  (define-key map (kbd "d") #'khoj-lite-remove-source)
  (define-key map (kbd "x") #'khoj-lite-index))

;;;###autoload
(defun khoj-lite-sources ()
  "List what was added, and how it is."
  (interactive)
  (khoj-lite-answer-get
   "/sources" nil
   (lambda (answer)
     (let ((buffer (get-buffer-create "*khoj-lite sources*")))
       (with-current-buffer buffer
         (khoj-lite-sources-mode)
         (setq tabulated-list-entries
               (mapcar #'khoj-lite-manage--row (alist-get 'sources answer)))
         (setq-local header-line-format nil)
         (tabulated-list-init-header)
         (tabulated-list-print t))
       (pop-to-buffer buffer)
       (message "%s" (substitute-command-keys "\\<khoj-lite-sources-mode-map>\
\\[khoj-lite-add-source] adds, \\[khoj-lite-remove-source] forgets, \\[khoj-lite-index] indexes"))))))

(defun khoj-lite-manage--row (source)
  "Return the row of SOURCE."
  (list (alist-get 'name source)
        (vector (alist-get 'name source)
                (alist-get 'state source)
                (number-to-string (alist-get 'files source))
                (number-to-string (alist-get 'failed source))
                (concat (alist-get 'location source)
                        (if (string-empty-p (or (alist-get 'message source) "")) ""
                          (concat "  " (alist-get 'message source)))))))

;;;###autoload
(defun khoj-lite-add-source (location)
  "Add LOCATION, a folder, an archive or the address of a repository."
  (interactive (list (if (y-or-n-p "Is it a folder or file of this machine? ")
                         (read-file-name "Add: " nil nil t)
                       (read-string "Address: "))))
  (when (file-remote-p location)
    (user-error "Files of another machine cannot be added"))
  (khoj-lite-answer-send
   "POST" "/sources"
   `((location . ,(if (file-exists-p location)
                      (directory-file-name (expand-file-name location))
                    location)))
   (lambda (answer)
     (message "Added %s" (alist-get 'name (alist-get 'source answer)))
     (khoj-lite-manage-watch (alist-get 'job answer) #'khoj-lite-manage--indexed))))

(defun khoj-lite-remove-source (name)
  "Forget the source of this line, NAME, after asking.  Its files stay."
  (interactive (list (or (tabulated-list-get-id) (user-error "There is no source here"))))
  (when (yes-or-no-p (format "Forget %s (its files stay where they are)? " name))
    (khoj-lite-answer-send
     "DELETE" (concat "/sources/" (mapconcat #'url-hexify-string (split-string name "/") "/")) nil
     (lambda (_)
       (khoj-lite-sources)))))

;;; Models

;;;###autoload
(defun khoj-lite-models ()
  "Choose the model that answers."
  (interactive)
  (khoj-lite-answer-get "/models" nil #'khoj-lite-manage--choose-model
                        (khoj-lite-manage-without "choose models")))

(defun khoj-lite-manage-without (ability)
  "Return a function to show a fault; a missing route is a missing ABILITY."
  (lambda (fault)
    (if (equal (alist-get 'code fault) "not_found")
        (message "This version of khoj_lite cannot %s yet" ability)
      (khoj-lite-http-tell fault))))

(defconst khoj-lite-manage--quotes "none: quote the notes"
  "What stands for answers without a model.")

(defun khoj-lite-manage--choose-model (answer)
  "Let the user choose among the models in ANSWER; offer to fetch what is not here."
  (let* ((models (seq-filter (lambda (model) (equal (alist-get 'kind model) "chat"))
                             (alist-get 'models answer)))
         (find (lambda (name)
                 (seq-find (lambda (model) (equal name (alist-get 'name model))) models)))
         (completion-extra-properties
          (list :annotation-function
                (lambda (name) (khoj-lite-manage--about (funcall find name)))))
         (name (completing-read
                "Answer with: "
                (khoj-lite-answer-table
                 (append (mapcar (lambda (model) (alist-get 'name model)) models)
                         (list khoj-lite-manage--quotes))
                 'khoj-lite-model)
                nil t))
         (model (funcall find name)))
    (cond ((null model)
           (when (equal name khoj-lite-manage--quotes)
             (khoj-lite-manage--use "none" "Answers quote the notes from now on")))
          ((not (equal (alist-get 'state model) "available"))
           (khoj-lite-manage--use-model name))
          ((y-or-n-p (format "%s is not on this machine.  Fetch it%s? " name
                             (khoj-lite-manage--size model)))
           (khoj-lite-answer-send
            "POST" (format "/models/%s/pull" (url-hexify-string name)) nil
            (lambda (job)
              (khoj-lite-manage-watch
               job (lambda (done)
                     (cond ((alist-get 'error done)
                            (khoj-lite-http-tell (alist-get 'error done)))
                           ((equal (alist-get 'state done) "done")
                            (khoj-lite-manage--use-model name)))))))))))

(defun khoj-lite-manage--use-model (name)
  "Answer with the model NAME from now on."
  (khoj-lite-manage--use (concat (url-hexify-string name) "/use")
                         (format "%s answers from now on" name)))

(defun khoj-lite-manage--use (path text)
  "Post to PATH among the models, then show TEXT, or what is wrong with the choice."
  (khoj-lite-answer-send
   "POST" (concat "/models/" path) nil
   (lambda (answer)
     (let ((problem (alist-get 'problem (alist-get 'current answer))))
       (message "%s%s" text
                (if (and (stringp problem) (not (string-empty-p problem)))
                    (concat ", but: " problem)
                  ""))))))

(defun khoj-lite-manage--size (model)
  "Return the size of MODEL in parentheses, or nothing when it is not known."
  (let ((size (alist-get 'size model)))
    (if (and (numberp size) (> size 0))
        (format " (%s)" (file-size-human-readable size 'si " " "B"))
      "")))

(defun khoj-lite-manage--about (model)
  "Return what is worth knowing of MODEL, in a few words."
  (let ((words (seq-filter (lambda (word) (and (stringp word) (not (string-empty-p word))))
                           (list (alist-get 'state model)
                                 (alist-get 'license model)
                                 (and (alist-get 'recommended model) "recommended")
                                 (alist-get 'problem model)))))
    (if words (concat "  " (string-join words ", ") (khoj-lite-manage--size model)) "")))

(provide 'khoj-lite-manage)
;;; khoj-lite-manage.el ends here
