# Reward, response length and entropy by step
#
# mean reward (reward): Mean reward of the step's rollouts. response length (response_length,
# token): Mean tokens of a rollout. rollout entropy (rollout_entropy, nats): Mean entropy at the
# tokens of rollouts. A step is one batch of rollouts or demonstrations. Seeds: grpo 3,
# srft-paper 2. Of several seeds the line is the mean, at steps that all of them have; pale
# lines are the seeds. Shaded: from the lowest to the highest seed, no interval.
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot training-dynamics.gp
# It reads training-dynamics.tsv and writes training-dynamics.svg and training-dynamics.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 486,149 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_training_dynamics' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 486./72,149./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'training-dynamics.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.06403
  set rmargin at screen 0.31634
  set bmargin at screen 0.16779
  set tmargin at screen 0.87248
  set border 15 linewidth 0.5
  set xrange [1:12]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('5' 5, '10' 10)
  set yrange [0.14369993459174768:0.5134150837178939]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0.2' 0.2, '0.3' 0.3, '0.4' 0.4, '0.5' 0.5)
  set label 'step' at screen 0.19019,0.04027 center noenhanced front
  set label 'mean reward' at screen 0.01646,0.52013 center rotate by 90 noenhanced front
  unset colorbox
  set arrow from screen 0.37195,0.94295 to screen 0.40899,0.94295 nohead linewidth 1 linecolor rgb '#0072b2' dashtype (5,2)
  set label 'grpo' at screen 0.41722,0.94295 left font ',8' noenhanced front
  set arrow from screen 0.51235,0.94295 to screen 0.54938,0.94295 nohead linewidth 1 linecolor rgb '#009e73' dashtype (6,1.6,1.2,1.6)
  set label 'srft-paper' at screen 0.55761,0.94295 left font ',8' noenhanced front
  plot 'training-dynamics.tsv' index 0 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#0072b2' notitle, \
    'training-dynamics.tsv' index 1 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#0072b2' notitle, \
    'training-dynamics.tsv' index 2 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#009e73' notitle, \
    'training-dynamics.tsv' index 3 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'training-dynamics.tsv' index 4 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'training-dynamics.tsv' index 5 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'training-dynamics.tsv' index 6 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-dynamics.tsv' index 7 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-dynamics.tsv' index 8 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'training-dynamics.tsv' index 9 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (6,1.6,1.2,1.6) notitle

  # panel 2
  reset
  set datafile separator "\t"
  set lmargin at screen 0.39432
  set rmargin at screen 0.64662
  set bmargin at screen 0.16779
  set tmargin at screen 0.87248
  set border 15 linewidth 0.5
  set xrange [1:12]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('5' 5, '10' 10)
  set yrange [19.16163581216456:29.436978652281503]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('20' 20, '22' 22, '24' 24, '26' 26, '28' 28)
  set label 'step' at screen 0.52047,0.04027 center noenhanced front
  set label 'response length (tokens)' at screen 0.35132,0.52013 center rotate by 90 noenhanced front
  unset colorbox
  plot 'training-dynamics.tsv' index 10 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#0072b2' notitle, \
    'training-dynamics.tsv' index 11 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#009e73' notitle, \
    'training-dynamics.tsv' index 12 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'training-dynamics.tsv' index 13 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'training-dynamics.tsv' index 14 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'training-dynamics.tsv' index 15 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-dynamics.tsv' index 16 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-dynamics.tsv' index 17 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'training-dynamics.tsv' index 18 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (6,1.6,1.2,1.6) notitle

  # panel 3
  reset
  set datafile separator "\t"
  set lmargin at screen 0.72917
  set rmargin at screen 0.98148
  set bmargin at screen 0.16779
  set tmargin at screen 0.87248
  set border 15 linewidth 0.5
  set xrange [1:12]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('5' 5, '10' 10)
  set yrange [0.451343759571137:1.1586412913377293]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0.6' 0.6, '0.8' 0.8, '1.0' 1)
  set label 'step' at screen 0.85533,0.04027 center noenhanced front
  set label 'rollout entropy (nats)' at screen 0.6816,0.52013 center rotate by 90 noenhanced front
  unset colorbox
  plot 'training-dynamics.tsv' index 19 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#0072b2' notitle, \
    'training-dynamics.tsv' index 20 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#009e73' notitle, \
    'training-dynamics.tsv' index 21 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'training-dynamics.tsv' index 22 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'training-dynamics.tsv' index 23 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'training-dynamics.tsv' index 24 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-dynamics.tsv' index 25 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-dynamics.tsv' index 26 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'training-dynamics.tsv' index 27 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (6,1.6,1.2,1.6) notitle

  unset multiplot
  set output
}
